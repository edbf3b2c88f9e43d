//! What others wrote is text in every format, wherever in a report it stands.

use std::collections::BTreeSet;

use super::*;

/// Whatever could be taken for markup, for a link, for a sequence that a terminal obeys or for another direction.
const HOSTILE: &str = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;[a](javascript:alert(3))|`x`\
                       \u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{61c}\u{7}\r\n\0";

/// A report that has it in every place, with a section for each way to show one.
fn report() -> Report {
    let rows = |value: Value| vec![vec![HOSTILE.into(), value, 7.into(), Value::Time(HOSTILE.into())]];
    let section = |number: usize, chart: Option<Chart>, layer: Option<Layer>| Section {
        id: format!("{HOSTILE}{number}"),
        title: HOSTILE.to_owned(),
        note: Some(HOSTILE.to_owned()),
        columns: vec![HOSTILE.to_owned(); 4],
        rows: rows(HOSTILE.into()),
        chart,
        layer,
    };
    let kinds = [
        ChartKind::Bars,
        ChartKind::Stacked,
        ChartKind::Heat,
        ChartKind::Columns,
        ChartKind::Line,
        ChartKind::Mix,
        ChartKind::Figures,
    ];
    let chart = |kind| Chart { mark: Some(2), across: Some(HOSTILE.to_owned()), ..Chart::new(kind, [2], HOSTILE) };
    let layer = |name: &str| Some(Layer { of: HOSTILE.to_owned(), name: format!("{HOSTILE}{name}") });
    let mut sections: Vec<Section> =
        kinds.into_iter().enumerate().map(|(number, kind)| section(number, Some(chart(kind)), None)).collect();
    sections.push(section(7, None, None));
    sections.push(Section { rows: rows(Value::Block(format!("{HOSTILE}\n```\n{HOSTILE}"))), ..section(8, None, None) });
    sections.push(section(9, Some(chart(ChartKind::Heat)), layer("a")));
    sections.push(section(10, Some(chart(ChartKind::Heat)), layer("b")));
    sections.push(Section { rows: Vec::new(), ..section(11, None, None) });
    Report { name: HOSTILE.to_owned(), title: HOSTILE.to_owned(), about: Some(HOSTILE.to_owned()), sections }
}

/// Returns the characters of a text that show nothing, but for line ends and tabs.
fn hidden(text: &str) -> BTreeSet<char> {
    text.chars().filter(|c| !matches!(c, '\n' | '\t') && text::is_hidden(*c)).collect()
}

/// Returns the names of the elements and of the attributes of a page, read as a browser reads them.
fn markup(page: &str) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let (mut elements, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    for tag in page.split('<').skip(1) {
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '!').unwrap_or(tag.len());
        elements.insert(tag[..end].trim_start_matches('/'));
        let mut rest = &tag[end..];
        loop {
            rest = rest.trim_start_matches([' ', '/']);
            if rest.starts_with('>') {
                break;
            }
            let name = rest.find(['=', '>', ' ', '/']).unwrap_or(rest.len());
            assert!(name > 0, "no attribute: {tag}");
            attributes.insert(&rest[..name]);
            rest = &rest[name..];
            if let Some(value) = rest.strip_prefix("=\"") {
                rest = &value[value.find('"').expect("a value that ends") + 1..];
            }
        }
    }
    (elements, attributes)
}

#[test]
fn html_shows_it_as_text() {
    let page = report().render(ReportFormat::Html, &Look::default());
    let (elements, attributes) = markup(&page);
    let own = "!DOCTYPE a bdi body dd div dl dt figcaption figure footer g h1 h2 h3 head header html input label li line \
               circle main meta nav ol p path pre rect section span style svg table tbody td text th thead time title tr \
               tspan ul";
    let strange: Vec<_> = elements.into_iter().filter(|name| !own.split_whitespace().any(|own| own == *name)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let own = "aria-hidden aria-label aria-labelledby charset checked class content cx cy d data-section datetime dir for \
               height href html http-equiv id lang name preserveAspectRatio r role scope tabindex text-anchor type viewBox \
               width x x1 x2 y y1 y2";
    let strange: Vec<_> =
        attributes.into_iter().filter(|name| !own.split_whitespace().any(|own| own == *name)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert_eq!(hidden(&page), BTreeSet::new());
    let links: Vec<&str> = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or("")).collect();
    assert!(links.iter().all(|link| link.starts_with("#s")) && !links.is_empty(), "{links:?}");
    let shown = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;&amp;lt;\
                 [a](javascript:alert(3))|`x`\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2066}\\u{61c}\\u{7}\\u{d}\\u{a}\\u{0}";
    assert!(page.matches(shown).count() > 80, "{}", page.matches(shown).count());
}

#[test]
fn markdown_shows_it_as_text() {
    let markdown = report().render(ReportFormat::Markdown, &Look::default());
    assert_eq!(hidden(&markdown), BTreeSet::new());
    // Between fences nothing is markup; the fence is longer than the one in the text.
    let (mut outside, mut fenced) = (String::new(), false);
    for line in markdown.lines() {
        match line.starts_with("````") {
            true => fenced = !fenced,
            false if !fenced => outside += &format!("{line}\n"),
            false => {}
        }
    }
    assert!(!fenced && !outside.contains(['<', '>']), "{outside}");
    for (at, c) in outside.char_indices().filter(|(_, c)| matches!(c, '[' | ']' | '`')) {
        assert!(outside[..at].ends_with('\\'), "{c} is not escaped: {}", &outside[at.saturating_sub(20)..]);
    }
    for line in outside.lines().filter(|line| line.starts_with("| ")) {
        let cells = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert!([3, 5].contains(&cells), "{cells}: {line}");
    }
}

#[test]
fn a_terminal_shows_it_as_text() {
    for ascii in [false, true] {
        let look = Look { width: 400, ascii, color: false };
        let shown = report().render(ReportFormat::Table, &look);
        assert_eq!(hidden(&shown), BTreeSet::new());
        assert!(shown.contains("`x`\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2066}\\u{61c}\\u{7}\\u{d}\\u{a}\\u{0}"), "{shown}");
    }
    let table = Section::new(&[HOSTILE], vec![vec![HOSTILE.into()]]).table();
    assert_eq!(hidden(&table), BTreeSet::new());
}

/// What programs read is what others wrote, to the letter.
#[test]
fn json_and_csv_keep_it_as_it_is() {
    let json = report().render(ReportFormat::Json, &Look::default());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["sections"][format!("{HOSTILE}11")], serde_json::json!([]));
    assert_eq!(json["title"], HOSTILE);
    let csv = report().render(ReportFormat::Csv, &Look::default());
    let mut rows = ::csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = rows.records().map(|row| row.expect("a row")).collect();
    assert!(rows.iter().all(|row| row.len() == 4 && row[0].starts_with(HOSTILE) && row[1] == *HOSTILE));
    assert!(rows.iter().any(|row| row[3] == *HOSTILE));
}
