//! Where each value of a document stands: line and column of every JSON pointer, and the keys that were given twice.

use std::collections::HashMap;

/// Beyond so many places the rest share the line of what is around them: a document of that size is written by a machine.
const MOST: usize = 50_000;

/// Lines by place. Built while a document is read, from the outside in.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    nodes: Vec<(u32, u32)>,
    children: HashMap<(usize, Box<str>), usize>,
    path: Vec<usize>,
    repeated: Vec<(u32, String)>,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self { nodes: vec![(1, 1)], children: HashMap::new(), path: vec![0], repeated: Vec::new() }
    }

    /// The value read next belongs to `segment` of the present one.
    pub(super) fn enter(&mut self, segment: &str) {
        let here = self.here();
        let fresh = self.nodes.len();
        if fresh >= MOST {
            return self.path.push(here);
        }
        let line = self.nodes[here];
        let node = *self.children.entry((here, segment.into())).or_insert(fresh);
        if node == fresh {
            self.nodes.push(line);
        }
        self.path.push(node);
    }

    /// Back to the container.
    pub(super) fn leave(&mut self) {
        if self.path.len() > 1 {
            self.path.pop();
        }
    }

    /// The present value begins on this line, in this column.
    pub(super) fn mark(&mut self, line: u32, column: u32) {
        let here = self.here();
        self.nodes[here] = (line, column);
    }

    /// `key` of the present object was given again.
    pub(super) fn repeated(&mut self, key: &str) {
        let here = self.here();
        let (line, _) = self.children.get(&(here, key.into())).map_or(self.nodes[here], |node| self.nodes[*node]);
        if self.repeated.len() < 20 {
            self.repeated.push((line, key.to_owned()));
        }
    }

    /// Keys given twice in one object, with the line of the later one.
    pub(super) fn repeats(&self) -> &[(u32, String)] {
        &self.repeated
    }

    /// Line and column of a JSON pointer (RFC 6901), or of the nearest place around it.
    pub(super) fn of(&self, pointer: &str) -> (u32, u32) {
        let mut node = 0;
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            match self.children.get(&(node, segment.into())) {
                Some(child) => node = *child,
                None => break,
            }
        }
        self.nodes[node]
    }

    fn here(&self) -> usize {
        self.path.last().copied().unwrap_or(0)
    }
}
