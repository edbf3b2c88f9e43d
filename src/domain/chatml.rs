//! ChatML: a conversation rendered as the one text that a model is trained on.
//!
//! A turn is `<|im_start|>`, who speaks, a line end, what is said, `<|im_end|>` and a line end. There is no escape: a text
//! that holds one of the two markers would become turns of its own, so it cannot be rendered.

const START: &str = "<|im_start|>";
const END: &str = "<|im_end|>";

/// Tells whether what is said can be rendered: whether it holds no marker.
pub fn can_hold(content: &str) -> bool {
    !content.contains(START) && !content.contains(END)
}

/// Returns a conversation of turns, each of who speaks and what is said, as one text.
pub fn rendered<'a>(turns: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    turns.into_iter().map(|(role, content)| format!("{START}{role}\n{content}{END}\n")).collect()
}

/// Returns the turns of a text that is a rendered conversation from its begin to its end; the last turn may be open, as
/// the prompt of a model is.
pub fn turns(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut turns = Vec::new();
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let turn = rest.strip_prefix(START)?;
        let (turn, after) = turn.split_once(END).unwrap_or((turn, ""));
        let (role, content) = turn.split_once('\n').unwrap_or((turn, ""));
        let is_role = !role.is_empty() && role.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_role || !can_hold(content) {
            return None;
        }
        turns.push((role, content));
        rest = after.trim_start();
    }
    (!turns.is_empty()).then_some(turns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_conversation_is_rendered_turn_by_turn() {
        let text = rendered([("system", "Be brief."), ("user", "Why?\n\n1 < 2"), ("assistant", "")]);
        let expected = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhy?\n\n1 < 2<|im_end|>\n\
                        <|im_start|>assistant\n<|im_end|>\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_no_conversation_from_begin_to_end_has_no_turns() {
        let open = "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n";
        assert_eq!(turns(open), Some(vec![("user", "Why?"), ("assistant", "")]));
        for text in [
            "",
            "Why?",
            "What does <|im_start|>user\nmean?<|im_end|>",
            "<|im_start|>user\nWhy?<|im_end|>\nand more",
            "<|im_start|> \nWhy?<|im_end|>",
            "<|im_start|>user\nWhy <|im_start|>user\nwhy?<|im_end|>",
        ] {
            assert_eq!(turns(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_rendered_reads_back(contents in proptest::collection::vec("[ -~\n\u{4e00}]{0,40}", 1..5)) {
            prop_assume!(contents.iter().all(|content| can_hold(content)));
            let conversation: Vec<_> = contents.iter().map(|content| ("user", content.as_str())).collect();
            let text = rendered(conversation.clone());
            prop_assert_eq!(turns(&text), Some(conversation));
        }
    }
}
