//! The files that ship in the program.

macro_rules! curated {
    ($category:literal) => {
        (
            concat!("prompts/curated/", $category, ".prompts"),
            include_str!(concat!("../prompts/curated/", $category, ".prompts")),
        )
    };
}

macro_rules! template {
    ($name:literal) => {
        (concat!("prompts/templates/", $name, ".toml"), include_str!(concat!("../prompts/templates/", $name, ".toml")))
    };
}

macro_rules! report {
    ($name:literal) => {
        (concat!("reports/", $name, ".toml"), include_str!(concat!("../reports/", $name, ".toml")))
    };
}

/// The taxonomy: areas, categories, languages, aliases and default targets.
pub const TAXONOMY: &str = include_str!("../prompts/taxonomy.toml");

/// The definitions of reports that ship: file and content.
pub const REPORTS: [(&str, &str); 6] = [
    report!("coverage"),
    report!("dataset"),
    report!("datasets"),
    report!("imports"),
    report!("runway"),
    report!("usage"),
];

/// The base of the teacher's system prompt; by itself what `--system default` puts into chat formats.
pub const SYSTEM_PROMPT: &str = include_str!("../prompts/system/base.md");

/// What areas, categories and languages add to it.
pub const SYSTEM_ADDITIONS: &str = include_str!("../prompts/system/additions.toml");

/// What teachers cost: a dated table of prices.
pub const PRICES: &str = include_str!("../prompts/teachers/prices.toml");

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

/// The templates that ship, one file a category: its name and content.
pub const TEMPLATES: [(&str, &str); 42] = [
    template!("code_generation/algorithm"),
    template!("code_generation/api_design"),
    template!("code_generation/class_design"),
    template!("code_generation/cli_tool"),
    template!("code_generation/concurrency"),
    template!("code_generation/data_processing"),
    template!("code_generation/data_structure"),
    template!("code_generation/function_implementation"),
    template!("code_generation/sql_query"),
    template!("code_review/code_review"),
    template!("code_review/security_review"),
    template!("debugging/bug_fix"),
    template!("debugging/debugging"),
    template!("debugging/debugging_concurrency"),
    template!("debugging/debugging_errors"),
    template!("debugging/debugging_performance"),
    template!("debugging/debugging_trace"),
    template!("documentation/documentation"),
    template!("documentation/documentation_api"),
    template!("documentation/documentation_readme"),
    template!("explanation/concept_comparison"),
    template!("explanation/explanation"),
    template!("explanation/explanation_levels"),
    template!("multi_step/multistep_migration"),
    template!("multi_step/multistep_planning"),
    template!("multi_step/multistep_refactor"),
    template!("optimization/optimization"),
    template!("optimization/optimization_memory"),
    template!("real_world/data_pipeline"),
    template!("real_world/deployment_config"),
    template!("real_world/production_component"),
    template!("real_world/real_world"),
    template!("refactoring/refactoring"),
    template!("testing/test_generation"),
    template!("testing/test_generation_tdd"),
    template!("testing/test_mocking"),
    template!("testing/test_property_based"),
    template!("tool_usage/tool_api_calls"),
    template!("tool_usage/tool_execution"),
    template!("tool_usage/tool_file_operations"),
    template!("tool_usage/tool_selection"),
    template!("tool_usage/tool_shell_commands"),
];
