//! The files that are imported: invented households in one tambon.

use std::path::{Path, PathBuf};

use events::thai::citizen_id::CitizenId;

pub(crate) const HEADING: &str = "household_ref,tambon_code,house_no,identified_on,sources,consent,member_no,given_name,\
                                  family_name,citizen_id,birth_date,relation,residence_status";

/// One row. `id` is a running number for the citizen id.
pub(crate) fn row(household: usize, member: usize, id: u32) -> String {
    let consent = if household.is_multiple_of(3) { "yes" } else { "no" };
    let relation = if member == 1 { "head" } else { "child" };
    let id = CitizenId::invented(1, id).dashed();
    format!(
        "K{household:05},460901,25/2,15/1/2568,village_leader,{consent},{member},ตัวอย่าง,สมมุติ,{id},13/4/2503,{relation},registered_and_living"
    )
}

/// Two people in each household, none of them twice.
pub(crate) fn rows(households: usize) -> Vec<String> {
    (0..households)
        .flat_map(|it| {
            let id = u32::try_from(it * 2).expect("a small number");
            [row(it, 1, id), row(it, 2, id + 1)]
        })
        .collect()
}

pub(crate) fn written(path: PathBuf, rows: &[String]) -> PathBuf {
    std::fs::write(&path, format!("{HEADING}\n{}\n", rows.join("\n"))).expect("a file");
    path
}

pub(crate) fn bytes(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file");
}
