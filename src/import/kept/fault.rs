//! Why an import came to an early end, as a code and in both languages. Nothing in it quotes the file or a path.

use std::error::Error;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::desk::DeskError;
use crate::import::ImportError;

/// Why it came to an early end, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFault)]
pub struct Fault {
    /// Stable code.
    pub code: String,
    /// In Thai.
    pub th: String,
    /// In English.
    pub en: String,
}

impl Fault {
    fn new(code: &str, th: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), th: th.into(), en: en.into() }
    }

    /// The service ended while it was worked on.
    pub(super) fn restarted() -> Self {
        Self::new(
            "restarted",
            "ระบบเริ่มใหม่ระหว่างทำงาน สิ่งที่บันทึกแล้วยังอยู่ สั่งอีกครั้งเพื่อทำต่อ",
            "the service ended in the middle: what is recorded stays, ask again to go on",
        )
    }

    /// A part of the program ended before its work.
    pub(super) fn broken() -> Self {
        Self::new(
            "broken",
            "ระบบขัดข้อง สิ่งที่บันทึกแล้วยังอยู่ สั่งอีกครั้งเพื่อทำต่อ",
            "a fault of the service: what is recorded stays, ask again to go on",
        )
    }

    /// What of an error its sender may know; none: somebody stopped it.
    pub(super) fn of(error: &ImportError) -> Option<Self> {
        Some(match error {
            ImportError::Stopped => return None,
            ImportError::File(error) => {
                let text = error.text();
                Self::new(error.code(), text.th, text.en)
            }
            error if is_full(error) => Self::new(
                "no_room",
                "ดิสก์เต็ม สิ่งที่บันทึกแล้วยังอยู่ แจ้งผู้ดูแลแล้วสั่งอีกครั้งเพื่อทำต่อ",
                "the disk is full: what is recorded stays; tell the operators, then ask again to go on",
            ),
            ImportError::Desk(DeskError::Denied(_)) => Self::new(
                "role_may_not",
                "บทบาทของท่านทำสิ่งนี้ไม่ได้แล้ว",
                "your role may not do this any more: what is recorded stays",
            ),
            ImportError::Broken => Self::broken(),
            ImportError::Aside(_)
            | ImportError::Rejected(_)
            | ImportError::Desk(_)
            | ImportError::Vault(_)
            | ImportError::Register(_) => Self::new(
                "unavailable",
                "ฐานข้อมูลหรือดิสก์ไม่ตอบ สิ่งที่บันทึกแล้วยังอยู่ สั่งอีกครั้งเพื่อทำต่อ",
                "a database or the disk does not answer: what is recorded stays, ask again to go on",
            ),
        })
    }
}

/// Whether a full disk is underneath.
fn is_full(error: &ImportError) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<std::io::Error>()
            && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::file::FileError;

    #[test]
    fn a_fault_names_no_path_and_tells_a_full_disk_from_another_error() {
        let full = || std::io::Error::from(ErrorKind::StorageFull);
        assert_eq!(Fault::of(&ImportError::Aside(full())).unwrap().code, "no_room");
        assert_eq!(Fault::of(&ImportError::Rejected(ErrorKind::NotFound.into())).unwrap().code, "unavailable");
        assert_eq!(Fault::of(&ImportError::Stopped), None);
        let path = FileError::Unreadable { path: "/somewhere/secret".into(), source: full() };
        let fault = Fault::of(&ImportError::File(path)).unwrap();
        assert!(!format!("{fault:?}").contains("secret"));
    }
}
