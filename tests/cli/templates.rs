//! `catalog templates` and `catalog generate`.

use insta::assert_snapshot;

use crate::common::Folder;

const TINY: &str = "category = \"bug_fix\"\ntexts = [\"{{say}} {{word}} in {{language}}\"]\n[slot]\nword = [\"one\", \"two\"]\n\
                    [[rows.case]]\nlanguages = [\"go\", \"cpp\"]\nsay = [\"Say\", \"Tell\"]\n";

#[test]
fn a_template_renders_the_prompt_of_an_index() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", TINY);
    let show = |name, index| folder.run(&["--templates", "mine", "templates", "show", name, "--index", index]).shown();
    assert_snapshot!(show("bug_fix", "5"), @"
    Tell one in C++
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(show("bug_fix", "8"), @"
    --- stderr
    error: the template bug_fix makes 8 prompts, with indexes from 0; 8 lies beyond them
    --- exit code 1
    ");
    assert_snapshot!(show("bugfix", "0"), @"
    --- stderr
    error: there is no template named bugfix
    hint: did you mean `bug_fix`?
    --- exit code 1
    ");
}

#[test]
fn generate_says_what_it_made() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", TINY);
    let args =
        ["--templates", "mine", "generate", "-n", "9", "--only-category", "bug_fix", "--only-language", "go,cpp"];
    assert_snapshot!(folder.run(&args).shown(), @"
    8 prompts made and kept
    --- stderr
    warning: 9 prompts were asked for, and the templates had 8 left
    --- exit code 0
    ");
}
