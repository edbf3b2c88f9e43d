//! What the documentation shows has been run: every `console` block of the README, in order, in one folder.

mod common;

use common::Folder;

/// Runs the commands of the README, and returns it with what they print in place of what it shows.
///
/// The transcripts are made at a fixed time; stderr follows stdout, since a terminal mixes them as it likes.
fn replayed(readme: &str, folder: &Folder) -> String {
    let mut out = String::new();
    let mut in_console = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        } else if in_console && !line.starts_with("$ ") {
            continue;
        }
        out += &format!("{line}\n");
        if let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) {
            out += &run(command, folder);
        }
    }
    out
}

fn run(command: &str, folder: &Folder) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_catalog"));
    let path = format!("{}:/usr/bin:/bin", program.parent().expect("a folder").display());
    let output = std::process::Command::new("bash")
        .args(["-c", command])
        .current_dir(folder.path(""))
        .env_clear()
        .env("PATH", path)
        .env("SOURCE_DATE_EPOCH", "1795305600")
        .output()
        .expect("bash");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
}

/// Set `UPDATE_README` to write what the commands print now.
#[test]
fn the_readme_shows_what_its_commands_print() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).expect("the README");
    let replayed = replayed(&readme, &Folder::new());
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, &replayed).expect("the README can be written");
        return;
    }
    assert!(readme.matches("```console").count() >= 4);
    similar_to(&readme, &replayed);
}

fn similar_to(readme: &str, replayed: &str) {
    for (number, (shown, printed)) in readme.lines().zip(replayed.lines()).enumerate() {
        assert_eq!(shown, printed, "README.md:{}", number + 1);
    }
    assert_eq!(readme.lines().count(), replayed.lines().count());
}

/// The README names every command, and the two that a newcomer types are those that the checks run.
#[test]
fn the_readme_names_every_command() {
    let readme = include_str!("../README.md");
    for command in [
        "import",
        "sample",
        "dataset list",
        "dataset export",
        "dataset release",
        "dataset verify",
        "dataset record",
        "dataset diff",
        "distill",
        "search",
        "label",
        "remove",
        "show",
        "report coverage",
        "report dataset",
        "check",
        "backup",
    ] {
        assert!(readme.contains(&format!("catalog {command}")), "{command}");
    }
    let checks = include_str!("../.ci/run");
    for command in ["cargo run --release", "cargo test"] {
        assert!(readme.contains(&format!("\n{command}")) && checks.contains(command), "{command}");
    }
}
