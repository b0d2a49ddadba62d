//! A position of the log as the past moment that a question is asked about.

use chrono::SecondsFormat;
use events::log::{Log, LogError};

/// The text of a moment, where it names a position: then the time at which the event of that position was recorded.
/// Whatever was recorded in the same moment is among what was known then. A position that the log does not have stays as
/// it is, and is no moment.
pub async fn timed(log: &Log, text: String) -> Result<String, LogError> {
    let position = text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(position) = position.filter(|position| *position > 0) else { return Ok(text) };
    if position > log.head().await?.position {
        return Ok(text);
    }
    let before = position - 1;
    let found = log.read(before, 1).await?;
    Ok(found.first().map_or(text, |event| event.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true)))
}
