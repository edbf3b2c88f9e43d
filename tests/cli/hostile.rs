//! Prompts, labels and file names of people who mean harm, in every report.

use serde_json::json;

use crate::common::Folder;

const LABEL: &str = "</title><script>alert(1)</script>\"'\u{202e}\u{2066}[a](javascript:x)|`y`";
const FILE: &str = "<script>alert(2)<\u{1b}[31m\n\u{202e}'\"&`|.jsonl";
const PROMPT: &str =
    "</pre><script>alert(3)</script>\n\u{1b}]0;title\u{7}\u{9b}2J ```\n[a](javascript:alert(4)) \u{202e}\u{2067}";

fn folder() -> Folder {
    let folder = Folder::new();
    let mut lines = String::new();
    for number in 0..6 {
        lines +=
            &format!("{}\n", json!({ "prompt": format!("{PROMPT} {number}"), "category": LABEL, "language": LABEL }));
    }
    folder.write(FILE, lines + "{\"prompt\": 5}\n");
    folder.ok(&["import", FILE, "--quiet"]);
    folder.ok(&["sample", "-n", "4", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    folder
}

fn reports(folder: &Folder, format: &str) -> Vec<(String, String)> {
    let all: [&[&str]; 6] =
        [&["coverage", "--details"], &["usage"], &["datasets"], &["imports"], &["runway"], &["dataset", "sample-1"]];
    let run = |args: &&[&str]| (args[0].to_owned(), folder.ok(&[&["report"], *args, &["--format", format]].concat()));
    all.iter().map(run).collect()
}

/// Tells whether a terminal would obey a character, or turn the direction of writing.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_report_obeys_what_others_wrote() {
    let folder = folder();
    for format in ["table", "markdown", "html"] {
        for (name, shown) in reports(&folder, format) {
            assert_eq!(shown.chars().find(|c| is_obeyed(*c)), None, "{name} as {format}");
        }
    }
    for (name, page) in reports(&folder, "html") {
        let page = page.to_ascii_lowercase();
        assert!(
            !page.contains("<script") && page.matches("</title>").count() == page.matches("<title>").count(),
            "{name}"
        );
        assert!(!page.contains("href=\"javascript:"), "{name}");
    }
    for (name, markdown) in reports(&folder, "markdown") {
        let outside: String = markdown.split("````").step_by(2).collect();
        assert!(!outside.contains(['<', '>']) && !outside.contains("[a](javascript:"), "{name}: {outside}");
    }
}

/// The text is there all the same, as text.
#[test]
fn what_others_wrote_is_shown() {
    let folder = folder();
    let shown = |format: &str, report: &str| {
        reports(&folder, format).into_iter().find(|(name, _)| name == report).expect("the report").1
    };
    let label = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;\\u{202e}\\u{2066}[a](javascript:x)|`y`";
    assert!(shown("html", "coverage").contains(label));
    let file = "&lt;script&gt;alert(2)&lt;\\u{1b}[31m\\u{a}\\u{202e}&#39;&quot;&amp;`|.jsonl";
    assert!(shown("html", "imports").contains(file));
    let prompt = "&lt;/pre&gt;&lt;script&gt;alert(3)&lt;/script&gt;\n\\u{1b}]0;title\\u{7}\\u{9b}2J ```\n\
                  [a](javascript:alert(4)) \\u{202e}\\u{2067}";
    assert!(shown("html", "dataset").contains(prompt));
    let prompt = "\n````text\n</pre><script>alert(3)</script>\n\\u{1b}]0;title\\u{7}\\u{9b}2J ```\n";
    assert!(shown("markdown", "dataset").contains(prompt));
    assert!(shown("table", "dataset").contains("    │ \\u{1b}]0;title\\u{7}\\u{9b}2J ```\n"));
    let json: serde_json::Value = serde_json::from_str(&shown("json", "imports")).expect("JSON");
    assert_eq!(json["sections"]["files"][0]["file"], FILE);
    let json: serde_json::Value = serde_json::from_str(&shown("json", "dataset")).expect("JSON");
    assert!(json["sections"]["samples"][0]["prompt"].as_str().is_some_and(|prompt| prompt.starts_with(PROMPT)));
}
