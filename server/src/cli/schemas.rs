//! The JSON Schemas of the machine output, published with a release: `schemas/*.json` beside this
//! file. They are made from the rows; `UPDATE_EXPECT=1 cargo test` writes them again.

use docket_core::json::sorted;
use expect_test::expect_file;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::failure::FailureOutput;
use super::prompt::PromptOutput;
use super::rows::{
    BoardOutput, CheckOutput, CommentsOutput, DoctorOutput, HistoryOutput, ImportOutput,
    InitOutput, RetireOutput, RulesOutput, StartOutput, StatusOutput, TicketsOutput, TodosOutput,
};
use crate::adoption::AdoptOutput;
use crate::analyze::AnalyzeOutput;
use crate::plan::{AlignOutput, CoverageOutput, PlanOutput};
use crate::propose::{DecidedOutput, ProposalsOutput};
use crate::sync::output::{AuthOutput, OutboxOutput, ResolveOutput, SyncOutput};
use crate::sync::pulls::PullOutput;

fn schema<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // What a schema says of itself comes first, and then its keys in their order.
    let schema = schemars::Schema::try_from(sorted(schema.to_value())).unwrap();
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

#[test]
fn the_published_schemas_are_those_of_the_rows() {
    expect_file!["schemas/todos.json"].assert_eq(&schema::<TodosOutput>());
    expect_file!["schemas/check.json"].assert_eq(&schema::<CheckOutput>());
    expect_file!["schemas/tickets.json"].assert_eq(&schema::<TicketsOutput>());
    expect_file!["schemas/explain.json"].assert_eq(&schema::<RulesOutput>());
    expect_file!["schemas/adopt.json"].assert_eq(&schema::<AdoptOutput>());
    expect_file!["schemas/retire.json"].assert_eq(&schema::<RetireOutput>());
    expect_file!["schemas/import.json"].assert_eq(&schema::<ImportOutput>());
    expect_file!["schemas/analyze.json"].assert_eq(&schema::<AnalyzeOutput>());
    expect_file!["schemas/plan.json"].assert_eq(&schema::<PlanOutput>());
    expect_file!["schemas/coverage.json"].assert_eq(&schema::<CoverageOutput>());
    expect_file!["schemas/align.json"].assert_eq(&schema::<AlignOutput>());
    expect_file!["schemas/proposals.json"].assert_eq(&schema::<ProposalsOutput>());
    expect_file!["schemas/decided.json"].assert_eq(&schema::<DecidedOutput>());
    expect_file!["schemas/start.json"].assert_eq(&schema::<StartOutput>());
    expect_file!["schemas/pr.json"].assert_eq(&schema::<PullOutput>());
    expect_file!["schemas/status.json"].assert_eq(&schema::<StatusOutput>());
    expect_file!["schemas/board-web.json"].assert_eq(&schema::<BoardOutput>());
    expect_file!["schemas/init.json"].assert_eq(&schema::<InitOutput>());
    expect_file!["schemas/doctor.json"].assert_eq(&schema::<DoctorOutput>());
    expect_file!["schemas/sync.json"].assert_eq(&schema::<SyncOutput>());
    expect_file!["schemas/auth.json"].assert_eq(&schema::<AuthOutput>());
    expect_file!["schemas/outbox.json"].assert_eq(&schema::<OutboxOutput>());
    expect_file!["schemas/resolve.json"].assert_eq(&schema::<ResolveOutput>());
    expect_file!["schemas/comments.json"].assert_eq(&schema::<CommentsOutput>());
    expect_file!["schemas/history.json"].assert_eq(&schema::<HistoryOutput>());
    expect_file!["schemas/prompt.json"].assert_eq(&schema::<PromptOutput>());
    expect_file!["schemas/error.json"].assert_eq(&schema::<FailureOutput>());
}
