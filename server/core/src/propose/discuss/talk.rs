//! A whole discussion: what is kept of it, the page that shows it, and who joins by writing into that.

use serde::{Deserialize, Serialize};

use super::{Pair, Said, Turn};

/// Who a person is in a discussion: a model is not told more.
pub const PERSON: &str = "a person";
/// Where a page of a discussion takes what is said to all of them.
const TO_ALL: &str = "## Your turn";
const HELP: &str = "<!-- Write here what all of them should hear, or below a turn what only those two should. Saving sends it, and they go on from there. -->";

/// A discussion as it is kept with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// A ticket, a requirement, or a page by its path.
    pub topic: String,
    /// Who takes part.
    pub roles: Vec<String>,
    /// How often each of a pair speaks at most, until a person does.
    pub rounds: usize,
    pub pairs: Vec<Worked>,
    /// The proposal of the discussion that this one goes on from.
    pub after: Option<String>,
}

/// What a pair said to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    pub pair: Pair,
    pub said: Vec<Said>,
}

/// Why what was written into a discussion is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    #[error("nothing was written into the discussion")]
    Nothing,
    #[error("what was said before was changed: `{0}` is missing; write below it instead")]
    Changed(String),
}

impl Worked {
    /// Nothing is said yet, or what a person says to it.
    pub fn new(pair: Pair, person: Option<&str>) -> Self {
        let mut new = Self {
            pair,
            said: Vec::new(),
        };
        person
            .into_iter()
            .for_each(|it| new.said.push(Said::person(it)));
        new
    }

    /// Whose turn it is: the two take turns, whoever else has spoken.
    pub fn next(&self) -> (&str, &str) {
        let Pair { first, second, .. } = &self.pair;
        let last = self.said.iter().rev().find(|it| !it.is_person());
        match last.is_some_and(|it| it.who == *first) {
            true => (second, first),
            false => (first, second),
        }
    }

    /// Whether a role has something to answer.
    pub fn is_open(&self) -> bool {
        self.said.last().is_none_or(Said::is_person)
    }

    /// Whether both leave it as it is: each has spoken since a person did, and the last to speak
    /// agrees and changed nothing.
    pub fn is_settled(&self) -> bool {
        let since = self.said.iter().rev().take_while(|it| !it.is_person());
        let last = self.said.last();
        since.count() > 1
            && last.is_some_and(|it| it.turn.agrees && it.turn.draft.trim().is_empty())
    }
}

impl Said {
    fn person(says: &str) -> Self {
        Self {
            who: PERSON.to_owned(),
            turn: Turn {
                says: says.trim().to_owned(),
                ..Turn::default()
            },
        }
    }

    fn is_person(&self) -> bool {
        self.who == PERSON
    }
}

impl Talk {
    /// What a person says to all of them.
    pub fn say(&mut self, says: &str) -> Result<(), JoinError> {
        if says.trim().is_empty() {
            return Err(JoinError::Nothing);
        }
        for it in &mut self.pairs {
            it.said.push(Said::person(says));
        }
        Ok(())
    }

    /// What was said, as a page that a person reads.
    pub fn transcript(&self) -> String {
        self.lines().map(|it| it.1 + "\n").collect()
    }

    /// The same with a place for what the reader has to say.
    pub fn page(&self) -> String {
        format!("{}\n{TO_ALL}\n\n{HELP}\n\n", self.transcript())
    }

    /// Takes what a person wrote into [`Talk::page`]: below a pair's turns to these two, in the last
    /// section to all. What others said stays as it is.
    ///
    /// # Errors
    ///
    /// [`JoinError`]; the discussion is as it was then.
    pub fn join(&mut self, written: &str) -> Result<(), JoinError> {
        let closing = [TO_ALL, HELP].map(|it| (None, it.to_owned()));
        let mut before = self.lines().chain(closing).filter(|it| !blank(&it.1));
        let mut due = before.next();
        // Of each pair, and last of all: what was written.
        let mut said = vec![String::new(); self.pairs.len() + 1];
        let mut at = 0;
        for line in written.lines() {
            match &due {
                Some((owner, of)) if of.trim_end() == line.trim_end() => {
                    at = owner.unwrap_or(self.pairs.len());
                    due = before.next();
                }
                _ => said[at] += &format!("{}\n", line.trim_end()),
            }
        }
        if let Some((_, missing)) = due {
            return Err(JoinError::Changed(missing));
        }
        drop(before);
        if said.iter().all(|it| blank(it)) {
            return Err(JoinError::Nothing);
        }
        let to_all = said.pop().unwrap_or_default();
        for (of, own) in self.pairs.iter_mut().zip(said) {
            for it in [&own, &to_all].into_iter().filter(|it| !blank(it)) {
                of.said.push(Said::person(it));
            }
        }
        Ok(())
    }

    /// The lines of the page, each with the pair that it is of.
    fn lines(&self) -> impl Iterator<Item = (Option<usize>, String)> + '_ {
        let of_pair = |(nth, it): (usize, &Worked)| {
            let text = transcript(&it.pair, &it.said);
            let text = match nth {
                0 => text,
                _ => format!("\n{text}"),
            };
            let lines: Vec<_> = text.lines().map(|it| (Some(nth), it.to_owned())).collect();
            lines
        };
        self.pairs.iter().enumerate().flat_map(of_pair)
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn transcript(pair: &Pair, said: &[Said]) -> String {
    let mut out = format!("## {}: {} and {}\n", pair.artefact, pair.first, pair.second);
    for it in said {
        let agrees = if it.turn.agrees { ", agrees" } else { "" };
        let says = it.turn.says.trim();
        out.push_str(&format!("\n**{}**{agrees}: {says}\n", it.who));
        let dissent = it.turn.dissent.trim();
        if !dissent.is_empty() {
            out.push_str(&format!("\nHolds against it: {dissent}\n"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pairs;
    use super::*;

    fn said(who: &str, says: &str) -> Said {
        Said {
            who: who.to_owned(),
            turn: Turn {
                says: says.to_owned(),
                draft: "text".to_owned(),
                ..Turn::default()
            },
        }
    }

    fn talk() -> Talk {
        let roles = ["product-manager", "backend", "frontend"].map(str::to_owned);
        let pairs = pairs(&roles).into_iter().map(|pair| Worked {
            said: vec![
                said(&pair.first, "Two lines:\n\n## like a heading"),
                said(&pair.second, "Fine."),
            ],
            pair,
        });
        Talk {
            topic: "T-7k3f".to_owned(),
            rounds: 2,
            pairs: pairs.collect(),
            roles: roles.to_vec(),
            after: None,
        }
    }

    fn persons(talk: &Talk) -> Vec<Vec<&str>> {
        talk.pairs
            .iter()
            .map(|it| {
                let said = it.said.iter().filter(|it| it.is_person());
                said.map(|it| it.turn.says.as_str()).collect()
            })
            .collect()
    }

    #[test]
    fn what_is_written_at_the_end_is_said_to_all_and_below_a_turn_to_these_two() {
        let mut both = talk();
        let page = both.page();
        let written =
            page.replacen("Fine.\n", "Fine.\n\nNot to me.\nNot at all.\n", 1) + "Keep it small.\n";
        both.join(&written).unwrap();
        assert_eq!(
            persons(&both),
            [
                vec!["Not to me.\nNot at all.", "Keep it small."],
                vec!["Keep it small."],
                vec!["Keep it small."]
            ]
        );
        assert!(
            both.transcript()
                .contains("\n**a person**: Keep it small.\n")
        );
        // The next page has what was said, and takes more.
        let next = both.page() + "And cheap.";
        both.join(&next).unwrap();
        assert_eq!(persons(&both)[2], ["Keep it small.", "And cheap."]);
        assert!(both.pairs.iter().all(Worked::is_open));
    }

    #[test]
    fn what_others_said_stays() {
        let mut talk = talk();
        let before = talk.clone();
        let page = talk.page();
        assert_eq!(talk.join(&page), Err(JoinError::Nothing));
        assert_eq!(
            talk.join(&page.replace('\n', "  \r\n")),
            Err(JoinError::Nothing)
        );
        let changed = page.replacen("Fine.", "Bad.", 1);
        let missing = "**backend**: Fine.".to_owned();
        assert_eq!(talk.join(&changed), Err(JoinError::Changed(missing)));
        assert_eq!(
            talk.join("Hello"),
            Err(JoinError::Changed(
                "## Scope of the backend: product-manager and backend".into()
            ))
        );
        assert_eq!(talk.say(" \n"), Err(JoinError::Nothing));
        assert_eq!(talk, before);
    }

    #[test]
    fn both_answer_a_person_before_it_is_settled() {
        let mut it = talk().pairs.remove(0);
        let agrees = |who: &str| {
            let mut said = said(who, "Yes.");
            (said.turn.agrees, said.turn.draft) = (true, String::new());
            said
        };
        assert!(!it.is_settled() && !it.is_open());
        it.said.push(agrees("product-manager"));
        assert!(it.is_settled());
        it.said.push(Said::person("But why?"));
        assert!(!it.is_settled() && it.is_open());
        assert_eq!(it.next(), ("backend", "product-manager"));
        it.said.push(agrees("backend"));
        assert!(!it.is_settled());
        assert_eq!(it.next(), ("product-manager", "backend"));
        it.said.push(agrees("product-manager"));
        assert!(it.is_settled());
    }

    proptest! {
        /// Wherever lines are put in, what was said before stays, and all of them are heard.
        #[test]
        fn whatever_is_put_in_is_heard(at in 0..40_usize, text in "[a-z]{3,9}( [a-z]{1,5}){0,3}") {
            let mut joined = talk();
            let page = joined.page();
            let mut lines: Vec<&str> = page.lines().collect();
            let words = format!("Hear: {text}");
            lines.insert(at.min(lines.len()), &words);
            joined.join(&lines.join("\n")).unwrap();
            prop_assert!(persons(&joined).concat().contains(&words.as_str()));
            for (it, before) in joined.pairs.iter().zip(talk().pairs) {
                prop_assert_eq!(&before.said[..], &it.said[..before.said.len()]);
            }
        }
    }
}
