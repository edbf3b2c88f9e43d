//! The files that ship in the program.

macro_rules! curated {
    ($category:literal) => {
        (
            concat!("prompts/curated/", $category, ".prompts"),
            include_str!(concat!("../prompts/curated/", $category, ".prompts")),
        )
    };
}

/// The taxonomy: areas, categories, languages, aliases and default targets.
pub const TAXONOMY: &str = include_str!("../prompts/taxonomy.toml");

/// The definition of the coverage report.
pub const COVERAGE_REPORT: &str = include_str!("../reports/coverage.toml");

/// The system message that `--system default` puts into chat formats.
pub const SYSTEM_PROMPT: &str = include_str!("../prompts/system.md");

/// The prompts that ship, one file a category: its name and content.
pub const CURATED: [(&str, &str); 8] = [
    curated!("algorithm"),
    curated!("bug_fix"),
    curated!("code_review"),
    curated!("data_structure"),
    curated!("explanation"),
    curated!("function_implementation"),
    curated!("real_world"),
    curated!("refactoring"),
];
