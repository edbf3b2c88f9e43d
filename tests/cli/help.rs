//! Help: every command is listed, explained, and shows an example.

use insta::assert_snapshot;

use crate::common::Folder;

#[test]
fn the_help_lists_every_command() {
    assert_snapshot!(Folder::new().run(&["--help"]).shown(), @"
    Keep the prompts you train on: each once, sampled to a target, never drawn twice

    Usage: catalog [OPTIONS] <COMMAND>

    Commands:
      import         Read prompts from files and folders, and keep what is new
      generate       Make new prompts from the templates, ahead of sampling
      sample         Draw prompts that meet a target and were never drawn before, as a new dataset
      dataset        The ledger: list, show, export, compare, verify, record and release datasets
      distill        Put a dataset's prompts to a teacher model, and keep every answer
      show           Show one prompt: its text, labels, origin, and every dataset it is in
      search         Find prompts by the words in them, the best match first
      label          Correct the category or language of prompts; what datasets say of them stays
      remove         Take prompts out of the catalog; refused where a dataset holds one
      report         Report what the catalog holds, what it was used for, and where it came from
      templates      List the templates with the sizes of their spaces, or render one of their prompts
      system-prompt  Print the teacher's system prompt, with what a category, area or language adds
      check          Verify the whole catalog: every hash, count, reference and dataset
      backup         Write a consistent copy of the catalog, also while others use it
      help           Print this message or the help of the given subcommand(s)

    Options:
          --db <PATH>        The catalog's file; commands that write make it on first use [env:
                             CATALOG_DB=] [default: catalog.db]
          --taxonomy <FILE>  A file of areas, categories, languages and default targets in place of the
                             program's own [env: CATALOG_TAXONOMY=]
          --templates <DIR>  A folder of templates that add to the program's own, or take their place by
                             name [env: CATALOG_TEMPLATES=]
          --json             Print one JSON value in place of text
      -q, --quiet            Print no notes and no progress
          --color <WHEN>     When to use colour [default: auto] [possible values: auto, always, never]
      -h, --help             Print help
      -V, --version          Print version

    Example:
      catalog import prompts/ && catalog sample --count 100 --output batch.jsonl
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn the_help_of_every_command_shows_an_example() {
    let commands: [&[&str]; 22] = [
        &["distill"],
        &["import"],
        &["generate"],
        &["sample"],
        &["dataset"],
        &["dataset", "list"],
        &["dataset", "show"],
        &["dataset", "export"],
        &["dataset", "release"],
        &["dataset", "record"],
        &["dataset", "verify"],
        &["dataset", "diff"],
        &["search"],
        &["label"],
        &["remove"],
        &["show"],
        &["report"],
        &["templates"],
        &["templates", "show"],
        &["system-prompt"],
        &["check"],
        &["backup"],
    ];
    for command in commands {
        let help = Folder::new().ok(&[command, &["--help"]].concat());
        let example = format!("Example:\n  catalog {}", command.join(" "));
        assert!(help.contains(&example), "{command:?}:\n{help}");
    }
}

#[test]
fn a_command_line_that_is_wrong_has_exit_code_2() {
    assert_snapshot!(Folder::new().run(&["sample", "--count", "0"]).shown(), @"
    --- stderr
    error: invalid value '0' for '--count <N>': 0 is not in 1..=1000000000

    For more information, try '--help'.
    --- exit code 2
    ");
}
