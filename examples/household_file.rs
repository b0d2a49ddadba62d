//! Writes invented households as a file to import: `cargo run --release --example household_file -- 231021 > file.csv`.

use std::io::BufWriter;

use huean::demo::household_file;

fn main() -> std::io::Result<()> {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let Some(households) = wanted else {
        eprintln!("how many households? as in: household_file 958 > file.csv");
        std::process::exit(2);
    };
    let on = chrono::NaiveDate::from_ymd_opt(2025, 3, 1).unwrap_or_default();
    let rows = household_file(BufWriter::new(std::io::stdout().lock()), 1, households, on)?;
    eprintln!("{households} households, {rows} rows");
    Ok(())
}
