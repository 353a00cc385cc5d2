//! Tests of the configuration: what each mistake is told as, and that the published forms agree.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: Expect) -> Config {
    let (config, problems) = Config::parse(text);
    let mut out = String::new();
    for it in problems {
        assert_eq!(it.rule, RuleId::InvalidConfig);
        let at = &text[it.span.range()];
        writeln!(out, "{at:?}: {} {:?}", it.message, it.replacements).unwrap();
    }
    expected.assert_eq(&out);
    config
}

/// Takes the `#` from each line that says a default.
fn uncommented(text: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest,
        _ => line,
    });
    lines.map(|it| format!("{it}\n")).collect()
}

#[test]
fn the_file_of_init_says_the_defaults() {
    let text = Config::default_toml();
    assert_eq!(Config::parse(&text), (Config::default(), Vec::new()));
    let (mut config, problems) = Config::parse(&uncommented(&text));
    assert_eq!(problems, []);
    assert_eq!(config.rules.len(), RuleId::ALL.len());
    for (rule, it) in std::mem::take(&mut config.rules) {
        assert_eq!(it.level, Some(rule.default_severity()));
        assert!(it.include.is_empty() && it.exclude.is_empty());
    }
    assert_eq!(config, Config::default());
}

#[test]
fn a_new_ticket_needs_an_open_status() {
    check(
        "[[status]]\nname = \"shipped\"\nkind = \"done\"\n",
        expect![[r#"
            "[[status]]": None of the statuses is `open`: a new ticket has none to begin with. []
        "#]],
    );
}

#[test]
fn a_list_of_bad_keywords_is_none_at_all() {
    let config = check(
        "[todo]\nkeywords = [\"TO DO\", \"\"]\n",
        expect![[r#"
            "\"TO DO\"": A keyword must be one word. []
            "\"\"": A keyword must be one word. []
        "#]],
    );
    assert_eq!(config.todo, Config::default().todo);
    let config = check("[todo]\nkeywords = []\n", expect![""]);
    assert!(config.todo.keywords.is_empty());
}

#[test]
fn the_file_of_init_is_readable() {
    expect![[r##"
        # Settings of docket for this project. A line behind a bare # says the default.
        # What decides findings is read from here alone, so that editor, terminal and CI agree.

        # Paths that are not looked at, written as in a .gitignore.
        #exclude = []

        # Front-matter keys of your own, which the rule unknown-field leaves alone.
        #fields = []

        # The statuses of a ticket in the order of the board; the first open one is the default.
        # A kind is open, active, done or dropped.
        #[[status]]
        #name = "backlog"
        #kind = "open"
        #[[status]]
        #name = "todo"
        #kind = "open"
        #[[status]]
        #name = "in-progress"
        #kind = "active"
        #[[status]]
        #name = "review"
        #kind = "active"
        #[[status]]
        #name = "done"
        #kind = "done"
        #[[status]]
        #name = "dropped"
        #kind = "dropped"

        [ids]
        # What the ids of new tickets begin with.
        #prefix = "T"

        [todo]
        # Add "NOTE" to have notes as well.
        #keywords = ["TODO", "FIXME", "HACK", "PERF"]
        # Words that are read as one of the keywords.
        #aliases = { BUG = "FIXME", FIXIT = "FIXME", OPTIMIZE = "PERF", XXX = "HACK" }
        # Whether todo in small letters counts as well.
        #case-insensitive = false

        [rules]
        # A level is off, hint, information, warning or error. include and exclude are paths,
        # written as in a .gitignore; no include means everywhere. show is when an editor shows its findings: on,
        # off, line (the cursor's alone) or mine. by-priority and by-age give another level to what has a priority,
        # and to what is so many days old: by-priority = { critical = "error" }, by-age = { 90 = "warning" }.
        # a TODO with neither ticket nor issue
        #untracked-todo = { level = "hint", include = [], exclude = [] }
        # its ticket or issue is done or dropped
        #stale-todo = { level = "warning", include = [], exclude = [] }
        # its condition has come true
        #due-todo = { level = "warning", include = [], exclude = [] }
        # its references or conditions cannot be read
        #malformed-todo = { level = "warning", include = [], exclude = [] }
        # a reference names no ticket
        #unknown-ticket = { level = "error", include = [], exclude = [] }
        # two ticket files have one id
        #duplicate-id = { level = "error", include = [], exclude = [] }
        # a front-matter value that is not of its kind
        #invalid-field = { level = "error", include = [], exclude = [] }
        # a front-matter key that nothing reads
        #unknown-field = { level = "hint", include = [], exclude = [] }
        # tickets wait for each other
        #dependency-cycle = { level = "error", include = [], exclude = [] }
        # active while a dependency is neither done nor dropped
        #blocked-active = { level = "warning", include = [], exclude = [] }
        # past its due date and not done
        #overdue = { level = "warning", include = [], exclude = [] }
        # done with unticked acceptance criteria
        #unmet-criteria = { level = "warning", include = [], exclude = [] }
        # a link or wiki link in `.docs` that leads nowhere
        #broken-link = { level = "warning", include = [], exclude = [] }
        # both sides changed the same field
        #sync-conflict = { level = "error", include = [], exclude = [] }
        # something that this was derived from has changed
        #outdated = { level = "information", include = [], exclude = [] }
        # front matter that is no YAML mapping, or without id or title
        #malformed-ticket = { level = "error", include = [], exclude = [] }
        # a file name that does not begin with the id
        #misnamed-ticket = { level = "hint", include = [], exclude = [] }
        # a linked TODO that moved out of certainty
        #unanchored-todo = { level = "information", include = [], exclude = [] }
        # an ignore comment that silences nothing
        #unused-ignore = { level = "hint", include = [], exclude = [] }
        # `docket.toml` has an unknown key or a bad value
        #invalid-config = { level = "error", include = [], exclude = [] }

        [display]
        # Whether a TODO's ticket is shown beside it, and in how many characters at most.
        #inlay-hints = true
        #inlay-hint-length = 40
        # Whether TODOs in source files have lenses above them.
        #source-lenses = false
        # When findings, hints and lenses are shown: on, off, line (the cursor's alone) or mine; and how many
        # findings of a file at most, where 0 is all.
        #diagnostics = "on"
        #hints = "on"
        #lenses = "on"
        #max-findings = 0
        # Whether an editor shows only what is new on the branch, and the branch that it came from;
        # none is what origin calls its default, else main or master.
        #only-new = false
        #base = ""

        # What makes a ticket the next one: points that each part gives at most. value is its priority,
        # urgency its due date, blocks who waits for it, risk a bug or a label, effort how small it is. learned
        # is given or taken: whether tickets of its type and labels were finished or dropped; 0 is off.
        [priorities]
        #value = 40
        #urgency = 30
        #blocks = 20
        #age = 5
        #risk = 10
        #effort = 10
        #learned = 5

        # Sync with GitHub. mode is off, manual or auto; manual and auto allow docket to write synced
        # fields into ticket files. issues says which issues get a ticket (linked, all, or terms such as
        # label:docket), tickets which tickets get an issue (linked or all).
        [sync]
        #mode = "off"
        #repository = ""
        #interval = 300
        #issues = "linked"
        #tickets = "linked"
        #status-label = "status: {}"
        #priority-label = "priority: {}"
        #type-label = "type: {}"
        # Status and priority as single-select fields of a GitHub project instead of labels, such as
        # project = owner/5, status-field = Status and priority-field = Priority.
        #project = ""
        #status-field = ""
        #priority-field = ""
        # Each field goes both ways, or pull, push, off.
        #fields = { milestone = "both" }

        # Models. models are asked in this order, as provider/model, where the provider is openai,
        # openai-chat, anthropic, gemini, ollama or one of [ai.providers]; none: docket does without.
        # private are paths that are never shown to one, written as in a .gitignore. context and
        # max-output are tokens, of the project in a question and of an answer. review-on-save has
        # updates proposed, within the budget, of what an edit in the editor made outdated.
        [ai]
        #models = []
        #private = []
        #context = 24000
        #max-output = 8000
        #review-on-save = false
        # Other models for single tasks, your own servers, and what models cost that docket has no
        # price for, in US dollars for a million tokens:
        # tasks.expand = ["ollama/qwen3"]
        # providers.mine = { protocol = "openai-chat", url = "https://models.example.org/v1/" }
        # prices."mine/large" = { input = 1.0, output = 4.0 }
        # Roles of docket discuss beside those that ship, and what each cares about:
        # roles.support = "What people write to us about."

        # What models may cost in US dollars: for one ticket, a day, a month.
        [budget]
        #ticket = 1.0
        #day = 5.0
        #month = 50.0

        # Other trackers: the prefix of a reference, and the URL that it leads to.
        [trackers]
        # "PROJ-" = "https://example.org/browse/PROJ-{id}"
    "##]]
    .assert_eq(&Config::default_toml());
}

#[test]
fn the_schema_names_every_setting() {
    let schema = Config::schema();
    let properties = schema["properties"].as_object().unwrap();
    for line in uncommented(&Config::default_toml()).lines() {
        let name = line.trim_matches(['[', ']']).split(" =").next().unwrap();
        if line.starts_with('[') {
            assert!(properties.contains_key(name), "{name}");
        }
    }
    let rules = schema["properties"]["rules"]["properties"]
        .as_object()
        .unwrap();
    assert!(RuleId::ALL.iter().all(|it| rules.contains_key(it.name())));
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn every_setting_is_read() {
    let config = check(
        "exclude = [\"gen/\"]\nfields = [\"ordinal\"]\n\
         [ids]\nprefix = \"DK\"\n\
         [[status]]\nname = \"To Do\"\nkind = \"open\"\n[[status]]\nname = \"Done\"\nkind = \"done\"\n\
         [todo]\nkeywords = [\"TODO\", \"NOTE\", \"BUG\"]\ncase-insensitive = true\n\
         [rules.untracked-todo]\nlevel = \"off\"\n\
         [rules.broken-link]\nlevel = \"error\"\nexclude = [\"/.docs/old/**\"]\n\
         [rules.unmet-criteria]\ninclude = [\".docs/tickets\"]\n\
         [display]\ninlay-hints = false\ninlay-hint-length = 20\nsource-lenses = true\n\
         [trackers]\n\"PROJ-\" = \"https://example.org/{id}\"\n\
         [ai]\nmodels = [\"mine/large\", \"ollama/qwen3\"]\nprivate = [\"*.pem\"]\ncontext = 9000\n\
         [ai.tasks]\nexpand = [\"ollama/qwen3\"]\nalign = []\n\
         [ai.providers.mine]\nprotocol = \"openai-chat\"\nurl = \"https://models.example.org/v1/\"\n\
         [ai.prices.\"mine/large\"]\ninput = 1.5\noutput = 6.0\n\
         [budget]\nday = 2.5\n",
        expect![""],
    );
    assert_eq!(config.prefix, "DK");
    assert_eq!(config.default_status().name, "To Do");
    assert_eq!(config.kind_of(Some("Done")), StatusKind::Done);
    assert_eq!(config.kind_of(Some("nope")), StatusKind::Open);
    assert_eq!(config.todo.keywords, ["TODO", "NOTE", "BUG"]);
    assert!(config.todo.aliases.is_empty() && config.todo.case_insensitive);
    assert_eq!(config.severity(RuleId::UntrackedTodo, "a.rs"), None);
    assert_eq!(
        config.severity(RuleId::StaleTodo, "a.rs"),
        Some(Severity::Warning)
    );
    assert_eq!(
        config.severity(RuleId::BrokenLink, ".docs/a.md"),
        Some(Severity::Error)
    );
    assert_eq!(config.severity(RuleId::BrokenLink, ".docs/old/a.md"), None);
    assert_eq!(config.severity(RuleId::UnmetCriteria, ".docs/a.md"), None);
    let inside = config.severity(RuleId::UnmetCriteria, ".docs/tickets/a.md");
    assert_eq!(inside, Some(Severity::Warning));
    assert!(config.exclude.matches("src/gen/a.rs") && !config.exclude.matches("gen"));
    assert!(!config.display.inlay_hints && config.display.inlay_hint_length == 20);
    assert_eq!(config.ai.models_for("expand"), ["ollama/qwen3"]);
    assert_eq!(config.ai.models_for("plan"), ["mine/large", "ollama/qwen3"]);
    assert!(config.ai.models_for("align").is_empty());
    assert!(config.ai.private.matches("keys/a.pem") && config.ai.context == 9_000);
    let mine = &config.ai.providers["mine"];
    assert_eq!(
        (mine.protocol, mine.key),
        (ai::Protocol::OpenaiChat, ai::KeyNeed::Needed)
    );
    assert_eq!((config.budget.day, config.budget.month), (2.5, 50.0));
}

#[test]
fn models_are_of_a_provider_that_is_known_and_reached_safely() {
    let config = check(
        "[ai]\nmodels = [\"gpt\", \"mine/large\", \"openai/gpt-5\"]\n\
         [ai.tasks]\nexpand = [\"other/x\"]\n\
         [ai.providers.plain]\nprotocol = \"openai-chat\"\nurl = \"http://models.example.org/v1/\"\n\
         [ai.providers.openai]\nprotocol = \"openai\"\nurl = \"https://evil.example/v1/\"\n\
         [ai.prices.mine]\ninput = 1.0\noutput = 1.0\n\
         [ai.prices.\"mine/a\"]\ninput = -1.0\noutput = nan\n\
         [budget]\nday = -1.0\n",
        expect![[r#"
            "\"gpt\"": `gpt` must be `provider/model`, such as `ollama/qwen3`. []
            "\"mine/large\"": There is no provider `mine`: say where it is, in `[ai.providers.mine]`. []
            "\"other/x\"": There is no provider `other`: say where it is, in `[ai.providers.other]`. []
            "\"http://models.example.org/v1/\"": `url` must begin with `https://`, or be of this machine: what is sent there has to be encrypted. []
            "[ai.providers.openai]": `openai` is a provider that docket knows: give yours another name. []
            "[ai.prices.mine]": A price must be for a model, as `[ai.prices."provider/model"]`. []
            "nan": `output` must be a number. []
            "-1.0": `day` must be a number of US dollars. []
        "#]],
    );
    assert_eq!(config.ai.models, ["openai/gpt-5"]);
    assert!(config.ai.providers.is_empty() && config.ai.prices.is_empty());
    assert_eq!(config.budget, ai::Budget::default());
}

#[test]
fn mistakes_name_what_is_meant() {
    let config = check(
        "exlude = []\nexclude = [1, \"a[\", \"ok\"]\n[id]\n[ids]\nprefix = \"9-\"\nx = 1\n\
         [todo]\nkeyword = []\nkeywords = \"TODO\"\naliases = { A = \"B\", \"a b\" = \"TODO\" }\n\
         [rules.untracked]\nlevel = \"hint\"\n[rules.stale-todos]\n[rules.overdue]\nlevel = \"warn\"\nlevels = 1\n\
         [display]\ninlay-hints = \"yes\"\ninlay-hint-length = -1\n[trackers]\nPROJ = \"example.org\"\n",
        expect![[r#"
            "exlude": There is no setting `exlude`; is `exclude` meant? ["exclude"]
            "1": `exclude` must be a text in quotes. []
            "\"a[\"": `a[` is no path pattern: unclosed character class; missing ']'. []
            "id": There is no setting `id`; is `ids` meant? ["ids"]
            "\"9-\"": `prefix` must be a letter, then letters and digits, 16 at most. []
            "x": There is no setting `x` here; there are `prefix`. []
            "keyword": There is no setting `keyword`; is `keywords` meant? ["keywords"]
            "\"TODO\"": `keywords` must be a list. []
            "\"B\"": `B` is none of the `keywords`. []
            "\"TODO\"": An alias must be one word. []
            "untracked": There is no setting `untracked`; is `untracked-todo` meant? ["untracked-todo"]
            "stale-todos": There is no setting `stale-todos`; is `stale-todo` meant? ["stale-todo"]
            "\"warn\"": `level` must be one of `off`, `hint`, `information`, `warning`, `error`. ["\"warning\""]
            "levels": There is no setting `levels`; is `level` meant? ["level"]
            "\"yes\"": `inlay-hints` must be `true` or `false`. []
            "-1": `inlay-hint-length` must be from 0 to 65535. []
            "\"example.org\"": A tracker's URL must be of the web and hold `{id}`, such as `https://example.org/browse/PROJ-{id}`. []
        "#]],
    );
    assert_eq!(config.exclude.patterns(), ["ok"]);
    let default = Config::default();
    assert_eq!(config.prefix, default.prefix);
    assert_eq!(config.todo.keywords, default.todo.keywords);
    assert_eq!(config.display, default.display);
    let overdue = config.severity(RuleId::Overdue, "a");
    assert_eq!(overdue, Some(Severity::Warning));
}

#[test]
fn statuses_must_be_whole() {
    let config = check(
        "[[status]]\nname = \"a\"\nkind = \"opened\"\n[[status]]\nname = \"b\"\n[[status]]\nname = \"c\"\nkind = \"active\"\n[[status]]\nname = \"c\"\nkind = \"done\"\n[[status]]\nname = \" \"\nkind = \"done\"\n",
        expect![[r#"
            "\"opened\"": `kind` must be one of `open`, `active`, `done`, `dropped`. ["\"open\""]
            "[[status]]": Each `status` must have `kind`. []
            "\"c\"": There are two statuses `c`. []
            "\" \"": A status must have a name of one line. []
        "#]],
    );
    assert_eq!(config.statuses.len(), 1);
    assert_eq!(config.default_status().name, "c");
    check(
        "status = []\n",
        expect![[r#"
        "[]": There must be a status, such as `{ name = "todo", kind = "open" }`. []
    "#]],
    );
}

#[test]
fn broken_toml_does_not_hide_the_rest() {
    let config = check(
        "\u{feff}[ids]\r\nprefix = \"DK\"\r\n[todo\r\nkeywords = [\r\n",
        expect![[r#"
            "": This is no TOML: unclosed table, expected `]`. []
            "": This is no TOML: unclosed array, expected `]`. []
        "#]],
    );
    assert_eq!(config.prefix, "DK");
}

#[test]
fn facts_depend_on_what_they_are_made_of_alone() {
    let hash = |text: &str| Config::parse(text).0.facts_hash;
    let default = Config::default().facts_hash;
    for same in [
        "[rules.overdue]\nlevel = \"off\"\n",
        "[display]\ninlay-hints = false\n",
        "exclude = [\"a\"]\n",
        "[ai]\nmodels = [\"ollama/qwen3\"]\n",
    ] {
        assert_eq!(hash(same), default, "{same}");
    }
    for other in [
        "[ids]\nprefix = \"D\"\n",
        "[[status]]\nname = \"a\"\nkind = \"open\"\n",
        "[todo]\ncase-insensitive = true\n",
        "[todo]\nkeywords = [\"TODO\"]\n",
        "[todo]\naliases = {}\n",
        "fields = [\"a\"]\n",
        "[trackers]\n\"P-\" = \"https://x.org/{id}\"\n",
    ] {
        assert_ne!(hash(other), default, "{other}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_in_bounds(pieces in prop::collection::vec(prop_oneof![
        prop::sample::select(vec!["[ids]\n", "prefix = ", "\"T\"\n", "[[status]]\n", "name = \"a\"\n", "kind = ", "\"open\"\n", "[rules.overdue]\n", "level = ", "[", "]", "{", "}", "= ", "exclude = [\"", "\"", "\n", "\r\n", "#", "'", "1", "2026-12-01", "é", "\u{feff}", ".", ","]).prop_map(str::to_owned),
        "\\PC{0,3}",
    ], 0..30)) {
        let text = pieces.concat();
        let (config, problems) = Config::parse(&text);
        prop_assert!(!config.statuses.is_empty());
        for it in problems {
            prop_assert!(text.get(it.span.range()).is_some() || it.span.end <= text.len() as u32);
            prop_assert!(it.message.ends_with(['.', '?']));
        }
    }
}

#[test]
fn a_project_and_its_fields_belong_together() {
    let told = |text: &str| {
        let (config, problems) = Config::parse(&format!("[sync]\n{text}\n"));
        let place = config.sync.project_place();
        let messages: Vec<String> = problems.into_iter().map(|it| it.message).collect();
        (place.map(|it| it.fields.len()), messages)
    };
    let both = "project = \"ana/5\"\nstatus-field = \"Status\"\npriority-field = \"Priority\"";
    assert_eq!(told(both), (Some(2), vec![]));
    assert_eq!(
        told("project = \"ana/5\"\nstatus-field = \"Status\""),
        (Some(1), vec![])
    );
    assert_eq!(told(""), (None, vec![]));
    for (text, word) in [
        ("project = \"ana\"\nstatus-field = \"S\"", "owner/number"),
        ("project = \"ana/it\"\nstatus-field = \"S\"", "owner/number"),
        ("project = \"ana/0\"\nstatus-field = \"S\"", "owner/number"),
        ("project = \"ana/5\"", "does nothing without"),
        ("priority-field = \"P\"", "is a field of a project"),
        (
            "project = \"ana/5\"\nstatus-field = \"S\"\npriority-field = \"S\"",
            "another field",
        ),
    ] {
        let (place, messages) = told(text);
        assert_eq!((place, messages.len()), (None, 1), "{text}");
        assert!(messages[0].contains(word), "{}", messages[0]);
    }
}

#[test]
fn when_things_are_shown_and_what_they_weigh_is_read() {
    let config = check(
        "[display]\ndiagnostics = \"line\"\nhints = \"mine\"\nlenses = \"off\"\nmax-findings = 12\nonly-new = true\nbase = \"main\"\n\
         [rules.untracked-todo]\nshow = \"mine\"\nby-priority = { critical = \"error\" }\nby-age = { 90 = \"warning\", 7 = \"information\" }\n",
        expect![""],
    );
    let display = &config.display;
    let modes = [display.diagnostics, display.hints, display.lenses];
    assert_eq!(modes, [When::Line, When::Mine, When::Off]);
    assert_eq!((display.max_findings, display.only_new), (12, true));
    let rule = &config.rules[&RuleId::UntrackedTodo];
    assert_eq!((rule.show, rule.level), (When::Mine, Some(Severity::Hint)));
    assert_eq!(rule.by_priority[&Priority::Critical], Severity::Error);
    let ages: Vec<_> = rule.by_age.keys().copied().collect();
    assert_eq!(ages, [7, 90]);
    let config = check(
        "[display]\ndiagnostics = \"cursor\"\nmax-findings = -1\n\
         [rules.overdue]\nshow = true\nby-priority = { urgent = \"error\", high = \"off\" }\nby-age = { soon = \"error\", 9 = \"loud\" }\n",
        expect![[r#"
            "\"cursor\"": `diagnostics` must be one of `on`, `off`, `line`, `mine`. []
            "-1": `max-findings` must be from 0 to 65535. []
            "true": `show` must be one of `on`, `off`, `line`, `mine`. []
            "urgent": There is no setting `urgent` here; there are `critical`, `high`, `low`, `medium`. []
            "\"off\"": `high` must be one of `hint`, `information`, `warning`, `error`. []
            "\"error\"": `soon` is no number of days; as in `by-age = { 90 = "warning" }`. []
            "\"loud\"": `9` must be one of `hint`, `information`, `warning`, `error`. []
        "#]],
    );
    assert_eq!(config.display, Config::default().display);
    assert!(config.rules[&RuleId::Overdue].by_age.is_empty());
}
