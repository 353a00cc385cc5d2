//! Commands that change what this session shows.

use docket_core::config::When;
use docket_core::rules::RuleId;
use serde_json::{Value, json};

use super::super::commands::display::{DisplayCommand, NewArguments, SurfaceArguments};
use super::super::display::{Display, Surface};
use super::super::outbox::Out;
use super::super::uri;
use super::Backend;
use super::ask::{failed, lost};
use super::language::Answer;
use crate::engine::{Need, View};

impl Backend {
    pub(super) async fn display(&self, command: DisplayCommand) -> Answer<Value> {
        let settings = self.settings.clone();
        let file = command.uri().and_then(uri::to_path);
        let carry_out = move |views: &[View]| {
            let view = views.first().ok_or("docket has no project open.")?;
            let display = &settings.display;
            match command {
                DisplayCommand::New(NewArguments { only_new, base, .. }) => {
                    let only_new = only_new.unwrap_or(!display.only_new(view));
                    let before = display.said();
                    display.say(|it| {
                        it.only_new = Some(only_new);
                        it.base = base.or(it.base.take());
                    });
                    let since = only_new.then(|| display.since(view)).transpose();
                    let since = since.map_err(|error| {
                        // Not half of it: what cannot be told apart is all shown, as before.
                        display.say(|it| *it = before);
                        format!("{error}; {}.", error.hint())
                    })?;
                    let base = since.map(
                        |it| json!({ "revision": it.base.revision, "commit": it.base.commit() }),
                    );
                    Ok(json!({ "onlyNew": only_new, "base": base }))
                }
                DisplayCommand::Surface(it) => Ok(toggle(display, view, &it)),
                DisplayCommand::All(_) => {
                    let path = view.root.join(&view.path);
                    Ok(json!({ "all": display.toggle_whole(&path) }))
                }
            }
        };
        let answer = match file {
            Some(file) => self
                .engine
                .read(file, Need::Index, |view| {
                    carry_out(std::slice::from_ref(view))
                })
                .await
                .map_err(lost)?
                .unwrap_or_else(|| Err("docket has no project for this.".to_owned())),
            None => self
                .engine
                .read_all(Need::Index, carry_out)
                .await
                .map_err(lost)?,
        };
        let mut answer = answer.map_err(failed)?;
        for (key, value) in [
            ("schema", json!(1)),
            ("changed", json!([])),
            ("created", json!([])),
        ] {
            answer[key] = value;
        }
        self.out(Out::Redraw);
        Ok(Some(answer))
    }
}

/// Shows a surface, or a rule's findings, as it is said; without a word off, or on again.
fn toggle(display: &Display, view: &View, it: &SurfaceArguments) -> Value {
    let other = |now: When| match now {
        When::Off => When::On,
        When::On | When::Line | When::Mine => When::Off,
    };
    if let Some(rule) = it.rule.as_deref().and_then(RuleId::named) {
        let mode = it.mode.unwrap_or_else(|| other(display.rule(view, rule)));
        display.say(|it| {
            it.rules.insert(rule, mode);
        });
        return json!({ "surface": "diagnostics", "rule": rule.name(), "mode": mode });
    }
    let surface = it.surface.unwrap_or(Surface::Diagnostics);
    let now = || display.surface(view, surface);
    let mode = it.mode.unwrap_or_else(|| other(now()));
    display.say(|it| {
        it.surfaces.insert(surface, mode);
    });
    json!({ "surface": surface, "rule": null, "mode": mode })
}
