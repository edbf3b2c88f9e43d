//! The program as its users run it: one module a command, with what it prints and its exit code.

#[path = "../common/mod.rs"]
mod common;

mod backup;
mod check;
mod dataset;
mod help;
mod hostile;
mod import;
mod label;
mod ledger;
mod opening;
mod remove;
mod report;
mod report_definitions;
mod sample;
mod search;
mod show;
mod system_prompt;
mod templates;
