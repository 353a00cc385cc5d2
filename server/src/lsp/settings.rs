//! The editor's own settings: what it displays, never what docket finds, and whether it trusts the folder.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::display::{Display, Wanted};

/// Settings of the section `docket`, shared by the handlers and the outbox.
#[derive(Debug)]
pub struct Settings {
    trusted: AtomicBool,
    pub display: Display,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trusted: AtomicBool::new(true),
            display: Display::default(),
        }
    }
}

impl Settings {
    /// Takes what is there; an absent or odd value leaves things as they are. Gives whether something
    /// is shown differently now.
    pub fn take(&self, value: &Value) -> bool {
        self.display.set_by_editor(Wanted::of_settings(value))
    }

    /// Takes the options that the editor starts the server with. They alone say `trusted`: settings
    /// a folder may bring along itself.
    pub fn take_options(&self, options: &Value) {
        self.take(options);
        if let Some(trusted) = options.get("trusted").and_then(Value::as_bool) {
            self.trusted.store(trusted, Ordering::Relaxed);
        }
    }

    /// Whether the person trusts the folder. In one that is not, nothing is sent or fetched: its own
    /// configuration says where to.
    pub fn trusted(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
    }
}
