//! A folder of its own for every test, and the program run in it without the user's environment.

#![allow(dead_code, reason = "every test binary uses a part of this")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

pub mod mock;

#[path = "../../src/grammar/language.rs"]
mod language;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use self::language::grammar;

/// A folder to run the program in.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        std::fs::write(path, content).expect("a file can be written");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The program, to be run here: nothing of the user's environment, a fixed time, no terminal.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
        command.args(args).current_dir(self.0.path()).env_clear();
        command.env("SOURCE_DATE_EPOCH", "1763800000").stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run(self.command(args).output().expect("the program can be run"))
    }

    /// Runs a command that is to succeed, and returns what it prints.
    pub fn ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert!(run.0.status.success(), "catalog {}\n{}", args.join(" "), run.shown());
        run.stdout()
    }

    /// Runs a command that is to succeed and print one JSON value.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        Self::json_of(&self.ok(args))
    }

    /// One JSON value of text.
    pub fn json_of(text: &str) -> serde_json::Value {
        serde_json::from_str(text).expect("one JSON value")
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started")
    }

    /// Runs a command on an input.
    pub fn pipe(&self, args: &[&str], input: &[u8]) -> Run {
        use std::io::Write as _;
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        child.stdin.take().expect("an input").write_all(input).expect("the program reads its input");
        Run(child.wait_with_output().expect("the program ends"))
    }

    /// The ids of the prompts of a sample's lines.
    pub fn ids(lines: &str) -> Vec<String> {
        let id = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["id"].as_str().map(str::to_owned)
        };
        lines.lines().map(|line| id(line).expect("an id")).collect()
    }
}

/// What a command did.
#[must_use = "look at what it printed, or at its exit code"]
pub struct Run(pub Output);

impl Run {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("UTF-8")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("UTF-8")
    }

    pub fn code(&self) -> i32 {
        self.0.status.code().expect("it was not killed")
    }

    /// Makes sure that it did what it was to do.
    pub fn succeeded(&self) {
        assert!(self.0.status.success(), "{}", self.shown());
    }

    /// All three, for a snapshot.
    pub fn shown(&self) -> String {
        format!("{}--- stderr\n{}--- exit code {}", self.stdout(), self.stderr(), self.code())
    }
}

/// How many inputs a property is held to: `PROPTEST_CASES`, or as many as every change can wait for.
pub fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The content hash of a text that is in normal form.
pub fn hash(text: &str) -> String {
    prompt_catalog::domain::hash::ContentHash::of(text).to_string()
}

/// A small file of prompts: 4 areas in 3 languages, `each` prompts of each.
pub fn prompts(each: usize) -> String {
    let mut lines = String::new();
    for category in ["bug_fix", "refactoring", "explanation", "algorithm"] {
        for language in ["python", "rust", "go"] {
            for number in 0..each {
                let prompt = format!("{category} number {number} for {language}");
                let row = serde_json::json!({ "prompt": prompt, "category": category, "language": language });
                lines += &format!("{row}\n");
            }
        }
    }
    lines
}

/// A folder of files that others wrote, if this machine has it; a test that needs one says so when it has not.
pub fn shared_fixtures() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

/// The fenced blocks of a text: tag and content.
pub fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String, Vec<&str>)> = None;
    for line in text.lines() {
        match &mut open {
            Some((fence, tag, lines)) => {
                if line == fence.as_str() {
                    blocks.push((tag.clone(), lines.join("\n")));
                    open = None;
                } else {
                    lines.push(line);
                }
            }
            None if line.starts_with("```") => {
                let tag = line.trim_start_matches('`');
                open = Some((line[..line.len() - tag.len()].to_owned(), tag.to_owned(), vec![]));
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed: {text}");
    blocks
}

/// Tells whether code parses in its language.
pub fn parses(language: &str, code: &str) -> bool {
    let grammar = grammar(language).unwrap_or_else(|| panic!("no grammar of {language}"));
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&grammar).expect("the grammar fits the parser");
    !parser.parse(code, None).expect("a tree").root_node().has_error()
}
