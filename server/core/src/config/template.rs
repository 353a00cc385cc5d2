//! The `docket.toml` that a new project gets.

use std::fmt::Write;

use super::file::{File, Level};
use crate::rules::RuleId;

/// Each default stands behind a `#` without a blank, each explanation behind one with a blank.
pub(super) fn text() -> String {
    let file = File::default();
    let mut out = String::from(
        "# Settings of docket for this project. A line behind a bare # says the default.\n\
         # What decides findings is read from here alone, so that editor, terminal and CI agree.\n\
         \n\
         # Paths that are not looked at, written as in a .gitignore.\n\
         #exclude = []\n\
         \n\
         # Front-matter keys of your own, which the rule unknown-field leaves alone.\n\
         #fields = []\n\
         \n\
         # The statuses of a ticket in the order of the board; the first open one is the default.\n\
         # A kind is open, active, done or dropped.\n",
    );
    // Writing to a string cannot fail.
    for it in &file.status {
        let kind = format!("{:?}", it.kind).to_lowercase();
        let _ = write!(
            out,
            "#[[status]]\n#name = {:?}\n#kind = {kind:?}\n",
            it.name
        );
    }
    let _ = write!(
        out,
        "\n[ids]\n# What the ids of new tickets begin with.\n#prefix = {:?}\n",
        file.ids.prefix
    );
    let aliases: Vec<String> = file
        .todo
        .aliases
        .iter()
        .map(|(alias, it)| format!("{alias} = {it:?}"))
        .collect();
    let _ = write!(
        out,
        "\n[todo]\n# Add \"NOTE\" to have notes as well.\n#keywords = {:?}\n\
         # Words that are read as one of the keywords.\n#aliases = {{ {} }}\n\
         # Whether todo in small letters counts as well.\n#case-insensitive = {}\n",
        file.todo.keywords,
        aliases.join(", "),
        file.todo.case_insensitive,
    );
    out.push_str(
        "\n[rules]\n# A level is off, hint, information, warning or error. include and exclude are paths,\n\
         # written as in a .gitignore; no include means everywhere. show is when an editor shows its findings: on,\n\
         # off, line (the cursor's alone) or mine. by-priority and by-age give another level to what has a priority,\n\
         # and to what is so many days old: by-priority = { critical = \"error\" }, by-age = { 90 = \"warning\" }.\n",
    );
    for it in RuleId::ALL {
        let level = format!("{:?}", Level::from(it.default_severity())).to_lowercase();
        let _ = writeln!(
            out,
            "# {}\n#{} = {{ level = {level:?}, include = [], exclude = [] }}",
            it.summary(),
            it.name(),
        );
    }
    let display = &file.display;
    let _ = write!(
        out,
        "\n[display]\n# Whether a TODO's ticket is shown beside it, and in how many characters at most.\n\
         #inlay-hints = {}\n#inlay-hint-length = {}\n\
         # Whether TODOs in source files have lenses above them.\n#source-lenses = {}\n\
         # When findings, hints and lenses are shown: on, off, line (the cursor's alone) or mine; and how many\n\
         # findings of a file at most, where 0 is all.\n\
         #diagnostics = \"on\"\n#hints = \"on\"\n#lenses = \"on\"\n#max-findings = {}\n\
         # Whether an editor shows only what is new on the branch, and the branch that it came from;\n\
         # none is what origin calls its default, else main or master.\n\
         #only-new = {}\n#base = {:?}\n",
        display.inlay_hints,
        display.inlay_hint_length,
        display.source_lenses,
        display.max_findings,
        display.only_new,
        display.base,
    );
    let weights = &file.priorities;
    let _ = write!(
        out,
        "\n# What makes a ticket the next one: points that each part gives at most. value is its priority,\n\
         # urgency its due date, blocks who waits for it, risk a bug or a label, effort how small it is. learned\n\
         # is given or taken: whether tickets of its type and labels were finished or dropped; 0 is off.\n\
         [priorities]\n#value = {}\n#urgency = {}\n#blocks = {}\n#age = {}\n#risk = {}\n#effort = {}\n\
         #learned = {}\n",
        weights.value,
        weights.urgency,
        weights.blocks,
        weights.age,
        weights.risk,
        weights.effort,
        weights.learned,
    );
    let sync = &file.sync;
    let _ = write!(
        out,
        "\n# Sync with GitHub. mode is off, manual or auto; manual and auto allow docket to write synced\n\
         # fields into ticket files. issues says which issues get a ticket (linked, all, or terms such as\n\
         # label:docket), tickets which tickets get an issue (linked or all).\n\
         [sync]\n#mode = \"off\"\n#repository = \"\"\n#interval = {}\n#issues = {:?}\n#tickets = \"linked\"\n\
         #status-label = {:?}\n#priority-label = {:?}\n#type-label = {:?}\n\
         # Status and priority as single-select fields of a GitHub project instead of labels, such as\n\
         # project = owner/5, status-field = Status and priority-field = Priority.\n\
         #project = \"\"\n#status-field = \"\"\n#priority-field = \"\"\n\
         # Each field goes both ways, or pull, push, off.\n#fields = {{ milestone = \"both\" }}\n",
        sync.interval, sync.issues, sync.status_label, sync.priority_label, sync.type_label,
    );
    let ai = &file.ai;
    let budget = &file.budget;
    let _ = write!(
        out,
        "\n# Models. models are asked in this order, as provider/model, where the provider is openai,\n\
         # openai-chat, anthropic, gemini, ollama or one of [ai.providers]; none: docket does without.\n\
         # private are paths that are never shown to one, written as in a .gitignore. context and\n\
         # max-output are tokens, of the project in a question and of an answer. review-on-save has\n\
         # updates proposed, within the budget, of what an edit in the editor made outdated.\n\
         [ai]\n#models = []\n#private = []\n#context = {}\n#max-output = {}\n#review-on-save = {}\n\
         # Other models for single tasks, your own servers, and what models cost that docket has no\n\
         # price for, in US dollars for a million tokens:\n\
         # tasks.expand = [\"ollama/qwen3\"]\n\
         # providers.mine = {{ protocol = \"openai-chat\", url = \"https://models.example.org/v1/\" }}\n\
         # prices.\"mine/large\" = {{ input = 1.0, output = 4.0 }}\n\
         # Roles of docket discuss beside those that ship, and what each cares about:\n\
         # roles.support = \"What people write to us about.\"\n\
         \n# What models may cost in US dollars: for one ticket, a day, a month.\n\
         [budget]\n#ticket = {:?}\n#day = {:?}\n#month = {:?}\n",
        ai.context, ai.max_output, ai.review_on_save, budget.ticket, budget.day, budget.month,
    );
    out.push_str(
        "\n# Other trackers: the prefix of a reference, and the URL that it leads to.\n\
         [trackers]\n# \"PROJ-\" = \"https://example.org/browse/PROJ-{id}\"\n",
    );
    out
}
