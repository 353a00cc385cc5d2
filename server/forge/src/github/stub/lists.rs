//! Lists of the GitHub for tests, page by page.

use docket_core::sync::Issue;

use super::Inner;
use super::answers::Answer;
use super::routes::{Asked, ready};
use crate::{Forge, Query};

impl Inner {
    pub(super) fn by_cursor(&self, asked: &Asked<'_>) -> Answer {
        let query = Query {
            since: asked.since(),
            next: asked.query.get("after").cloned(),
            etag: asked.etag.clone(),
        };
        let page = match ready(self.world.issues(&query)) {
            Ok(page) => page,
            Err(error) => return self.refusal(&asked.base, 0, &error),
        };
        let status = if page.not_modified { 304 } else { 200 };
        let json = page
            .issues
            .iter()
            .map(|it| self.issue_json(&asked.base, it));
        let mut answer = Answer::new(status, json.collect());
        if let Some(etag) = page.etag {
            answer = answer.header("etag", etag);
        }
        match page.next.filter(|_| !page.not_modified) {
            Some(next) => {
                let link = next_link(asked, &[("after", &next), ("page", "2")]);
                answer.header("link", link)
            }
            None => answer,
        }
    }

    pub(super) fn by_page(&self, asked: &Asked<'_>) -> Answer {
        let mut issues = self.world.all();
        issues.retain(|it| asked.since().is_none_or(|since| it.updated_at >= since));
        issues.sort_by_key(|it| (it.updated_at, it.number));
        self.counted(asked, &issues)
    }

    pub(super) fn by_creation(&self, asked: &Asked<'_>) -> Answer {
        let mut issues = self.world.all();
        issues.retain(|it| asked.since().is_none_or(|since| it.updated_at >= since));
        issues.reverse();
        self.counted(asked, &issues)
    }

    fn counted(&self, asked: &Asked<'_>, issues: &[Issue]) -> Answer {
        // As in a real list, it is asked for anew at each page.
        if let Err(error) = ready(self.world.viewer()) {
            return self.refusal(&asked.base, 0, &error);
        }
        let page: usize = asked
            .query
            .get("page")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1);
        let size = self.world.page_size();
        let some = issues.iter().skip((page - 1) * size).take(size);
        let json = some.map(|it| self.issue_json(&asked.base, it));
        let answer = Answer::new(200, json.collect());
        match page * size < issues.len() {
            true => answer.header(
                "link",
                next_link(asked, &[("page", &(page + 1).to_string())]),
            ),
            false => answer,
        }
    }
}

/// As GitHub writes it: by the repository's id, and with the question's own parameters.
pub(super) fn next_link(asked: &Asked<'_>, parameters: &[(&str, &str)]) -> String {
    let mut query = asked.query.clone();
    for (name, value) in parameters {
        query.insert((*name).to_owned(), (*value).to_owned());
    }
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| {
            let value = value.replace(' ', "%20").replace(':', "%3A");
            format!("{name}={value}")
        })
        .collect();
    format!(
        "<{}/repositories/1/{}?{}>; rel=\"next\"",
        asked.base,
        asked.path.join("/"),
        query.join("&")
    )
}
