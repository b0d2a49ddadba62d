//! Which problem each error of the desk and of the read model is. The only place that decides a status.

use chrono::SecondsFormat;
use events::log::{AppendError, LogError};
use events::vault::VaultError;
use projections::ProjectionError;

use super::kind::Kind;
use super::problem::Problem;
use crate::access::Denied;
use crate::desk::DeskError;
use crate::rules::Refusal;
use crate::rules::refusal::Thing;

/// After how many seconds to ask again when a database does not answer.
const SOON: u32 = 2;
/// After how many seconds to ask again when somebody must mend something first.
const LATER: u32 = 120;

/// The problem of an error that met an order to `target`.
pub fn of_desk(error: DeskError, target: Thing) -> Problem {
    match error {
        DeskError::Denied(denied) => of_denied(denied),
        DeskError::Refused(refusal) => of_refusal(&refusal, target),
        DeskError::Stale { seen, current } => Problem::new(
            Kind::Stale,
            "stale",
            format!("ท่านเห็นลำดับที่ {seen} แต่ขณะนี้คือ {current} อ่านใหม่ก่อน"),
            format!("you have seen sequence {seen}, it is {current} now: read it again first"),
        ),
        DeskError::Conflict | DeskError::Done(_) => Problem::new(
            Kind::Conflict,
            "conflict",
            "มีผู้แก้ไขพร้อมกันหลายครั้ง ลองอีกครั้ง",
            "it kept changing while this was decided: try again",
        ),
        DeskError::KeyReused => Problem::new(
            Kind::KeyReused,
            "key_reused",
            "Idempotency-Key นี้ใช้กับคำสั่งหรือเนื้อหาอื่นแล้ว ใช้คีย์ใหม่",
            "this Idempotency-Key was used for another command or body: take a new one",
        ),
        DeskError::KeyOfAnother => Problem::new(
            Kind::NotFound,
            "no_such_command",
            "ไม่พบคำสั่งของท่านที่ใช้คีย์นี้",
            "there is no command of yours with this key",
        ),
        DeskError::NoNumbersLeft => Problem::new(
            Kind::Rule,
            "no_numbers_left",
            "จังหวัดนี้ใช้เลขที่กรณีครบแล้ว",
            "the province has used all its case numbers",
        ),
        DeskError::Append(AppendError::Refused(what)) => {
            tracing::warn!(what, "the log does not take an append");
            Problem::new(
                Kind::Fields,
                "not_storable",
                "เนื้อหามีสิ่งที่จัดเก็บไม่ได้ (ยาวเกินไป ลึกเกินไป หรือมีอักขระต้องห้าม)",
                "the body holds something that can't be stored: too long, too deep, or a forbidden character",
            )
        }
        DeskError::Vault(VaultError::Erased(_)) => Problem::new(
            Kind::Rule,
            "person_erased",
            "ข้อมูลของบุคคลนี้ถูกลบถาวรแล้ว",
            "this person was erased: nothing more can be recorded under this id",
        ),
        DeskError::Vault(VaultError::TooLong { .. }) => {
            Problem::new(Kind::Fields, "too_long", "ข้อความยาวเกินไป", "a value is too long")
        }
        error @ (DeskError::Log(_)
        | DeskError::Append(_)
        | DeskError::Vault(_)
        | DeskError::Sealed(_)
        | DeskError::Surprised(_)
        | DeskError::Unreadable(_)) => {
            if error.is_passing() {
                tracing::warn!(error = chain(&error), "the log or the vault does not answer");
                return unavailable();
            }
            tracing::error!(position = position(&error), error = chain(&error), "what is stored can't be read");
            damaged()
        }
    }
}

/// The problem of an error while something was read from the log.
pub fn of_read(error: DeskError) -> Problem {
    of_desk(error, Thing::Household)
}

/// The problem of a refused permission.
pub fn of_denied(denied: Denied) -> Problem {
    match denied {
        Denied::OutOfScope => Problem::no_such_household(),
        Denied::Role => Problem::new(
            Kind::Forbidden,
            "role_may_not",
            "บทบาทของท่านทำสิ่งนี้ไม่ได้",
            "your role may not do this: ask somebody who does this work",
        ),
        Denied::Nowhere => Problem::new(
            Kind::Forbidden,
            "nothing_in_common",
            "พื้นที่หรือองค์กรในโทเคนของท่านไม่ตรงกับที่ได้รับมอบหมาย ให้ผู้ดูแลระบบมอบบทบาทหรือออกโทเคนให้ตรงกัน",
            "your token and what was granted to you have no area or organisation in common: ask an administrator for a \
             grant or a token that names the same",
        ),
    }
}

/// The problem of a rule's no.
pub fn of_refusal(refusal: &Refusal, target: Thing) -> Problem {
    if let Refusal::Fields(errors) = refusal {
        return Problem::fields(errors.clone());
    }
    if *refusal == Refusal::Unknown(Thing::Household) {
        return Problem::no_such_household();
    }
    let kind = if *refusal == Refusal::IdTaken {
        Kind::IdTaken
    } else if *refusal == Refusal::Unknown(target) {
        Kind::NotFound
    } else {
        Kind::Rule
    };
    let text = refusal.text();
    Problem::new(kind, refusal.code(), text.th, text.en)
}

/// The problem of a question to the read model.
pub fn of_projection(error: &ProjectionError) -> Problem {
    match error {
        ProjectionError::Cursor => {
            Problem::field("/query/cursor", "cursor", "ตัวชี้หน้าไม่ใช่ของรายการนี้", "is no cursor of this list")
        }
        ProjectionError::Behind { at, wanted } => Problem::new(
            Kind::NotNow,
            "behind",
            format!("ข้อมูลสำหรับอ่านถึงลำดับ {at} ยังไม่ถึง {wanted}"),
            format!("the read model holds position {at}, not yet {wanted}: ask again"),
        )
        .again_after(1),
        ProjectionError::Building => Problem::new(
            Kind::NotNow,
            "building",
            "กำลังสร้างข้อมูลสำหรับอ่าน",
            "the read model is being built: /readyz tells how far it is",
        )
        .again_after(SOON),
        ProjectionError::BuildingPast { moment, position } => {
            let moment = moment.to_rfc3339_opts(SecondsFormat::Secs, true);
            Problem::new(
                Kind::NotNow,
                "building_past",
                format!("กำลังสร้างข้อมูล ณ {moment} แล้ว {position} รายการ โปรดลองอีกครั้ง"),
                format!("the figures of {moment} are being built, {position} events so far: ask again"),
            )
            .again_after(SOON)
        }
        ProjectionError::Sqlite(_)
        | ProjectionError::Io { .. }
        | ProjectionError::Log(_)
        | ProjectionError::Vault(_)
        | ProjectionError::Unreadable(_)
        | ProjectionError::Sealed { .. }
        | ProjectionError::Misfit { .. }
        | ProjectionError::Locked(_)
        | ProjectionError::Stopped => {
            let text = chain(error);
            if error.is_passing() {
                tracing::warn!(error = text, "the read model does not answer");
                unavailable()
            } else {
                tracing::error!(error = text, "the read model can't be read");
                damaged()
            }
        }
    }
}

/// A database does not answer.
pub fn unavailable() -> Problem {
    Problem::new(
        Kind::NotNow,
        "unavailable",
        "ฐานข้อมูลไม่ตอบในขณะนี้ ลองอีกครั้งด้วย Idempotency-Key เดิม",
        "a database does not answer now: try again, with the same Idempotency-Key",
    )
    .again_after(SOON)
}

/// What is stored does not read: an alarm.
pub fn damaged() -> Problem {
    Problem::new(
        Kind::NotNow,
        "stored_unreadable",
        "ข้อมูลที่จัดเก็บไว้อ่านไม่ได้ ผู้ดูแลระบบได้รับแจ้งแล้ว",
        "what is stored can't be read; the operators have been told",
    )
    .again_after(LATER)
}

fn position(error: &DeskError) -> Option<u64> {
    if let DeskError::Unreadable(unreadable) = error {
        Some(unreadable.position)
    } else if let DeskError::Log(LogError::Damaged { position, .. }) = error {
        Some(*position)
    } else {
        None
    }
}

/// An error with all that is underneath, in one line. No error of these layers quotes a personal value.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
