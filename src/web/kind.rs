//! The classes of problems: each has one status, one type and one title.

use axum::http::StatusCode;

use crate::rules::refusal::Text;

/// A class of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The request can't be read.
    Unreadable,
    /// Nobody knows who is asking.
    Unauthenticated,
    /// This role does not do this.
    Forbidden,
    /// Unknown, or outside the caller's scope.
    NotFound,
    /// It was erased for good.
    Gone,
    /// The address exists, the method does not.
    Method,
    /// The id belongs to something else.
    IdTaken,
    /// It kept changing under the decision.
    Conflict,
    /// The caller has seen an older state.
    Stale,
    /// The request did not arrive in time, or not whole.
    TooSlow,
    /// The body is too large.
    TooLarge,
    /// The body is not JSON, or no file where a file must be.
    MediaType,
    /// A file that can't be what it should be.
    File,
    /// Fields that can't stand.
    Fields,
    /// A rule says no.
    Rule,
    /// Too many, or too often.
    TooMany,
    /// The idempotency key names another command.
    KeyReused,
    /// Not now: something behind the service does not answer or has not come so far.
    NotNow,
    /// A fault of the service itself.
    Fault,
}

impl Kind {
    /// All classes.
    pub const ALL: [Self; 19] = [
        Self::Unreadable,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Gone,
        Self::Method,
        Self::IdTaken,
        Self::Conflict,
        Self::Stale,
        Self::TooSlow,
        Self::TooLarge,
        Self::MediaType,
        Self::File,
        Self::Fields,
        Self::Rule,
        Self::TooMany,
        Self::KeyReused,
        Self::NotNow,
        Self::Fault,
    ];

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::IdTaken | Self::Conflict => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::File | Self::Fields | Self::Rule | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::NotNow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The end of its type `urn:huean:problem:<slug>`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Method => "method-not-allowed",
            Self::IdTaken => "id-taken",
            Self::Conflict => "conflict",
            Self::Stale => "stale",
            Self::TooSlow => "too-slow",
            Self::TooLarge => "too-large",
            Self::MediaType => "unsupported-media-type",
            Self::File => "bad-file",
            Self::Fields => "invalid-fields",
            Self::Rule => "rule-refused",
            Self::TooMany => "too-many",
            Self::KeyReused => "key-reused",
            Self::NotNow => "not-now",
            Self::Fault => "fault",
        }
    }

    /// In words.
    pub fn title(self) -> Text {
        let (th, en) = match self {
            Self::Unreadable => ("อ่านคำขอไม่ได้", "The request can't be read"),
            Self::Unauthenticated => ("ต้องแสดงตัวก่อน", "Who are you?"),
            Self::Forbidden => ("บทบาทนี้ทำสิ่งนี้ไม่ได้", "Your role may not do this"),
            Self::NotFound => ("ไม่พบ", "Not found"),
            Self::Gone => ("ลบถาวรแล้ว", "Erased for good"),
            Self::Method => ("ใช้วิธีนี้ไม่ได้", "Method not allowed"),
            Self::IdTaken => ("รหัสนี้ถูกใช้แล้ว", "The id is taken"),
            Self::Conflict => ("มีผู้แก้ไขพร้อมกัน", "Changed by others at the same time"),
            Self::Stale => ("ข้อมูลเปลี่ยนไปแล้ว", "It has changed since you looked"),
            Self::TooSlow => ("คำขอมาไม่ครบหรือช้าเกินไป", "The request did not arrive in time"),
            Self::TooLarge => ("คำขอใหญ่เกินไป", "The request is too large"),
            Self::MediaType => ("ชนิดของเนื้อหาไม่ถูกต้อง", "The body is of another type"),
            Self::File => ("ใช้ไฟล์นี้ไม่ได้", "The file can't be used"),
            Self::Fields => ("มีช่องที่ต้องแก้ไข", "Some fields must be mended"),
            Self::Rule => ("ไม่เป็นไปตามกติกา", "A rule says no"),
            Self::TooMany => ("บ่อยเกินไป รอสักครู่", "Too many at once: wait"),
            Self::KeyReused => ("คีย์นี้ใช้กับคำสั่งอื่นแล้ว", "The key was used for another command"),
            Self::NotNow => ("ยังทำไม่ได้ในขณะนี้", "Not now"),
            Self::Fault => ("ระบบขัดข้อง", "A fault of the service"),
        };
        Text { th: th.to_owned(), en: en.to_owned() }
    }
}
