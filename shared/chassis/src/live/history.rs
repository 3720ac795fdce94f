//! The last messages of each topic, so that a loud one takes nothing from the others; bounded for each and in all.

use bytes::Bytes;
use std::collections::{HashMap, VecDeque};

/// Messages kept of one topic.
pub(super) const MESSAGES: usize = 1024;

/// Bytes kept of one topic.
const BYTES: usize = 4 << 20;

/// Bytes kept of all topics.
const ALL_BYTES: usize = 64 << 20;

/// What a topic costs besides its messages, about: counted, so that many small topics are bounded, too.
const OVERHEAD: usize = 256;

/// Kept messages, by topic.
#[derive(Debug, Default)]
pub(super) struct History {
    topics: HashMap<String, Topic>,
    bytes: usize,
    /// Of topics that are kept no more, the number of the last message.
    forgotten: u64,
}

#[derive(Debug, Default)]
struct Topic {
    kept: VecDeque<(u64, Bytes)>,
    bytes: usize,
    /// The number of the last message that is kept no more.
    dropped: u64,
}

impl Topic {
    /// Forgets the oldest message; says how many bytes that were.
    fn drop_oldest(&mut self) -> usize {
        let Some((number, frame)) = self.kept.pop_front() else { return 0 };
        self.dropped = number;
        self.bytes -= frame.len();
        frame.len()
    }
}

impl History {
    /// Keeps a message, the newest of all.
    pub(super) fn keep(&mut self, topic: &str, number: u64, frame: Bytes) {
        if !self.topics.contains_key(topic) {
            // What was forgotten may have been of this topic.
            self.topics.insert(topic.to_owned(), Topic { dropped: self.forgotten, ..Topic::default() });
            self.bytes += OVERHEAD;
        }
        let Some(held) = self.topics.get_mut(topic) else { return };
        held.bytes += frame.len();
        self.bytes += frame.len();
        held.kept.push_back((number, frame));
        while held.kept.len() > MESSAGES || held.bytes > BYTES {
            self.bytes -= held.drop_oldest();
        }
        if self.bytes > ALL_BYTES {
            self.make_room();
        }
    }

    /// Forgets everything: whoever comes back from before that number has missed something.
    pub(super) fn forget(&mut self, number: u64) {
        *self = Self { forgotten: number, ..Self::default() };
    }

    /// The messages of these topics after that number, in order; none when some of them are kept no more.
    pub(super) fn after(&self, topics: &[String], number: u64) -> Option<Vec<Bytes>> {
        let mut missed = Vec::new();
        for topic in topics {
            match self.topics.get(topic) {
                Some(held) if number < held.dropped => return None,
                Some(held) => missed.extend(held.kept.iter().rev().take_while(|(kept, _)| *kept > number).cloned()),
                None if number < self.forgotten => return None,
                None => {}
            }
        }
        missed.sort_unstable_by_key(|(number, _)| *number);
        Some(missed.into_iter().map(|(_, frame)| frame).collect())
    }

    /// Halves the largest topics, then forgets the quietest, until an eighth is free: so it is done seldom.
    fn make_room(&mut self) {
        let enough = ALL_BYTES - ALL_BYTES / 8;
        let mut by_size: Vec<_> = self.topics.iter().map(|(name, topic)| (topic.bytes, name.clone())).collect();
        by_size.sort_unstable_by(|one, other| other.cmp(one));
        for (size, name) in by_size {
            let Some(topic) = self.topics.get_mut(&name).filter(|_| self.bytes > enough) else { break };
            while topic.bytes > size / 2 && topic.kept.len() > 1 {
                self.bytes -= topic.drop_oldest();
            }
        }
        if self.bytes <= enough {
            return;
        }
        let last = |topic: &Topic| topic.kept.back().map_or(topic.dropped, |(number, _)| *number);
        let mut by_age: Vec<_> = self.topics.iter().map(|(name, topic)| (last(topic), name.clone())).collect();
        by_age.sort_unstable();
        for (number, name) in by_age {
            if self.bytes <= enough {
                break;
            }
            if let Some(gone) = self.topics.remove(&name) {
                self.bytes -= gone.bytes + OVERHEAD;
                self.forgotten = self.forgotten.max(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(topics: &[&str]) -> Vec<String> {
        topics.iter().map(|topic| (*topic).to_owned()).collect()
    }

    #[test]
    fn what_was_missed_on_several_topics_comes_in_order() {
        let mut history = History::default();
        for (number, topic) in [(1, "a"), (2, "b"), (3, "c"), (4, "a"), (5, "b")] {
            history.keep(topic, number, Bytes::from(number.to_string()));
        }
        let missed = history.after(&names(&["b", "a", "nothing"]), 1).unwrap();
        assert_eq!(missed, ["2", "4", "5"].map(Bytes::from));
    }

    #[test]
    fn all_topics_together_are_bounded_and_who_missed_what_is_gone_is_told() {
        let mut history = History::default();
        let mut number = 0;
        for topic in 0..10_000 {
            number += 1;
            history.keep(&format!("topic {topic}"), number, Bytes::from(vec![0; 20_000]));
            assert!(history.bytes <= ALL_BYTES);
        }
        assert_eq!(history.after(&names(&["topic 0"]), 0), None, "it was forgotten");
        assert_eq!(history.after(&names(&["topic 0"]), number).map(|missed| missed.len()), Some(0));
        assert_eq!(history.after(&names(&["topic 9999"]), number - 1).map(|missed| missed.len()), Some(1));
        history.keep("topic 0", number + 1, Bytes::from_static(b"x"));
        assert_eq!(history.after(&names(&["topic 0"]), 0), None, "it is still not all there");
        let counted: usize = history.topics.values().map(|topic| topic.bytes + OVERHEAD).sum();
        assert_eq!(history.bytes, counted);
    }

    #[test]
    fn a_topic_of_large_messages_keeps_the_last_ones() {
        let mut history = History::default();
        for number in 1..=10 {
            history.keep("a", number, Bytes::from(vec![0; BYTES / 4]));
        }
        assert_eq!(history.after(&names(&["a"]), 5), None);
        assert_eq!(history.after(&names(&["a"]), 6).map(|missed| missed.len()), Some(4));
    }
}
