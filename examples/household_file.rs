//! Writes invented households as a file to import, with as many people among them as chance gives, or exactly so many:
//! `cargo run --release --example household_file -- 231021 1039584 > file.csv`.

use std::io::BufWriter;

use huean::demo::household_file;

fn main() -> std::io::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().ok());
    let (Some(Some(households)), people) = (numbers.next(), numbers.next()) else {
        eprintln!("how many households, and with how many people? as in: household_file 958 4311 > file.csv");
        std::process::exit(2);
    };
    let on = chrono::NaiveDate::from_ymd_opt(2025, 3, 1).unwrap_or_default();
    let into = BufWriter::new(std::io::stdout().lock());
    let rows = household_file(into, 1, (households, people.flatten()), on)?;
    eprintln!("{households} households, {rows} rows");
    Ok(())
}
