//! Records in the order of their keys, in memory that does not grow with their number: what does not fit is sorted in
//! pieces, written to files without a name, and merged. The files are gone as soon as nobody holds them, even after
//! `kill -9`: they hold what the import file holds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A record in memory: where its key begins, and how long key and value are.
#[derive(Debug, Clone, Copy)]
struct Slot {
    at: usize,
    key: usize,
    value: usize,
}

/// Takes records in any order.
#[derive(Debug)]
pub struct Sorter {
    dir: PathBuf,
    budget: usize,
    bytes: Vec<u8>,
    slots: Vec<Slot>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that keeps at most about `budget` bytes in memory and the rest in `dir`.
    pub fn new(dir: &Path, budget: usize) -> Self {
        Self { dir: dir.to_owned(), budget, bytes: Vec::new(), slots: Vec::new(), runs: Vec::new() }
    }

    /// Takes a record. Records of one key come out in the order in which they came.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        let needed = key.len() + value.len() + size_of::<Slot>();
        let held = self.bytes.len() + self.slots.len() * size_of::<Slot>();
        if held + needed > self.budget && !self.slots.is_empty() {
            self.spill()?;
        }
        self.slots.push(Slot { at: self.bytes.len(), key: key.len(), value: value.len() });
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    /// All records in order.
    pub fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.sort();
            self.slots.reverse();
            return Ok(Sorted(Source::Held { bytes: self.bytes, slots: self.slots }));
        }
        self.spill()?;
        drop(std::mem::take(&mut self.bytes));
        let mut merge = Merge { runs: Vec::with_capacity(self.runs.len()), heap: BinaryHeap::new() };
        for (at, mut file) in std::mem::take(&mut self.runs).into_iter().enumerate() {
            file.rewind()?;
            merge.runs.push(BufReader::with_capacity(1 << 16, file));
            merge.refill(at)?;
        }
        Ok(Sorted(Source::Spilled(merge)))
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        // Stable, so that equal keys keep their order.
        self.slots.sort_by(|one, other| key_of(bytes, *one).cmp(key_of(bytes, *other)));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let mut file = BufWriter::with_capacity(1 << 16, tempfile::tempfile_in(&self.dir)?);
        for slot in self.slots.drain(..) {
            let record = self.bytes.get(slot.at..slot.at + slot.key + slot.value).unwrap_or_default();
            file.write_all(&length(slot.key)?.to_le_bytes())?;
            file.write_all(&length(slot.value)?.to_le_bytes())?;
            file.write_all(record)?;
        }
        self.runs.push(file.into_inner().map_err(io::IntoInnerError::into_error)?);
        self.bytes.clear();
        Ok(())
    }
}

/// Records in order.
#[derive(Debug)]
pub struct Sorted(Source);

#[derive(Debug)]
enum Source {
    /// All of them are in memory, the first one at the end.
    Held { bytes: Vec<u8>, slots: Vec<Slot> },
    /// They are in files.
    Spilled(Merge),
}

/// A key and its value.
pub type Record = (Vec<u8>, Vec<u8>);

impl Sorted {
    /// The next record.
    pub fn take_next(&mut self) -> io::Result<Option<Record>> {
        match &mut self.0 {
            Source::Held { bytes, slots } => Ok(slots.pop().map(|slot| {
                let value = bytes.get(slot.at + slot.key..slot.at + slot.key + slot.value).unwrap_or_default();
                (key_of(bytes, slot).to_vec(), value.to_vec())
            })),
            Source::Spilled(merge) => merge.next(),
        }
    }
}

/// The first record of a run that is left: its key, the run, its value.
type Head = (Vec<u8>, usize, Vec<u8>);

/// The runs, each in order, and the first record of each.
#[derive(Debug)]
struct Merge {
    runs: Vec<BufReader<File>>,
    /// The smallest key first, of equal keys the one of the earlier run.
    heap: BinaryHeap<Reverse<Head>>,
}

impl Merge {
    fn next(&mut self) -> io::Result<Option<Record>> {
        let Some(Reverse((key, at, value))) = self.heap.pop() else { return Ok(None) };
        self.refill(at)?;
        Ok(Some((key, value)))
    }

    fn refill(&mut self, at: usize) -> io::Result<()> {
        let Some(run) = self.runs.get_mut(at) else { return Ok(()) };
        let mut lengths = [[0; 4]; 2];
        match run.read_exact(lengths.as_flattened_mut()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let [of_key, of_value] = lengths.map(|it| u32::from_le_bytes(it) as usize);
        let mut key = vec![0; of_key];
        let mut value = vec![0; of_value];
        run.read_exact(&mut key)?;
        run.read_exact(&mut value)?;
        self.heap.push(Reverse((key, at, value)));
        Ok(())
    }
}

fn key_of(bytes: &[u8], slot: Slot) -> &[u8] {
    bytes.get(slot.at..slot.at + slot.key).unwrap_or_default()
}

fn length(n: usize) -> io::Result<u32> {
    u32::try_from(n).map_err(|_| io::Error::other("a record is too long"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(budget: usize, records: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let dir = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(dir.path(), budget);
        for (key, value) in records {
            sorter.push(&key.to_be_bytes(), &value.to_be_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "its files have no name");
        let mut sorted = sorter.finish().unwrap();
        let number = |bytes: Vec<u8>| u32::from_be_bytes(bytes.try_into().unwrap());
        std::iter::from_fn(|| sorted.take_next().unwrap().map(|(key, value)| (number(key), number(value)))).collect()
    }

    #[test]
    fn records_come_in_the_order_of_their_keys_and_equal_keys_in_the_order_they_came_in() {
        let records: Vec<(u32, u32)> = (0..5_000).map(|n: u32| (n.wrapping_mul(2_654_435_761) % 700, n)).collect();
        let mut expected = records.clone();
        expected.sort_by_key(|(key, _)| *key);
        for budget in [usize::MAX, 20_000, 400] {
            assert_eq!(sorted(budget, &records), expected, "{budget}");
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert_eq!(sorted(100, &[]), []);
    }
}
