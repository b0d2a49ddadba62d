//! What somebody says of where a household lives, held to the directory of areas and to bounds.

use events::area::directory::directory;
use events::area::{AreaCode, LaoCode, Place, PlaceError};
use events::facts::household::Address;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::Asked;
use crate::rules::field::{Fields, NAME};

/// The area in which a household lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Whereabouts {
    /// The tambon it lives in.
    pub tambon: AreaCode,
    /// Number of the village in the tambon.
    #[serde(default)]
    pub moo: Option<u16>,
    /// The local administrative organisation.
    #[serde(default)]
    pub lao: Option<LaoCode>,
}

impl Whereabouts {
    /// The place, where its parts are right and belong together; else what is wrong with them, at `pointer`.
    pub fn place(&self, pointer: &str, fields: &mut Fields) -> Option<Place> {
        let tambon = format!("{pointer}/tambon");
        match directory().resolve(self.tambon) {
            Ok(resolved) if resolved.followed.is_none() => {}
            Ok(resolved) => {
                let now = resolved.area.code;
                let (th, en) = (format!("รหัสเลิกใช้แล้ว ใช้ {now}"), format!("is retired: use {now}"));
                fields.wrong(&tambon, "area_retired", th, en);
            }
            Err(error) => fields.wrong(&tambon, error.code(), "ไม่มีพื้นที่นี้ในทะเบียน", error.to_string()),
        }
        let moo = self.moo.filter(|moo| (1..=99).contains(moo));
        if self.moo != moo {
            fields.wrong(format!("{pointer}/moo"), "out_of_range", "หมู่ที่ 1–99", "must be 1 to 99");
        }
        match Place::new(self.tambon, moo, self.lao) {
            Ok(place) => Some(place),
            Err(error @ (PlaceError::NotATambon | PlaceError::Contradicts | PlaceError::MooOutOfRange)) => {
                fields.wrong(&tambon, error.code(), "ต้องเป็นรหัสตำบลที่ตรงกับ อปท.", error.to_string());
                None
            }
        }
    }
}

/// Checks where the house stands.
pub(in crate::rules::household) fn check_address(pointer: &str, address: &Address, fields: &mut Fields) {
    fields.optional_text(&format!("{pointer}/house_no"), address.house_no.as_ref(), NAME);
    fields.optional_text(&format!("{pointer}/road"), address.road.as_ref(), NAME);
    fields.optional_text(&format!("{pointer}/village"), address.village.as_ref(), NAME);
    let degrees = |text: &String, bound: f64| text.len() <= 20 && text.parse::<f64>().is_ok_and(|it| it.abs() <= bound);
    for (name, value, bound) in [("lat", &address.lat, 90.0), ("lon", &address.lon, 180.0)] {
        if value.as_ref().is_some_and(|text| !degrees(text, bound)) {
            let (th, en) = (format!("องศา −{bound} ถึง {bound}"), format!("must be degrees from −{bound} to {bound}"));
            fields.wrong(format!("{pointer}/{name}"), "out_of_range", th, en);
        }
    }
}

/// An address that is said must say something.
pub(super) fn check_said(pointer: &str, address: &Address, fields: &mut Fields) {
    if *address == Address::default() {
        fields.wrong(pointer, "empty", "ต้องกรอกอย่างน้อยหนึ่งช่อง", "must say something of the house");
    }
    check_address(pointer, address, fields);
}

/// The address under the household's key.
pub(in crate::rules::household) fn sealed(address: &Address, asked: &Asked<'_>) -> Sealed<Address> {
    Sealed::open(Subject::new("household", asked.target), "household.address", address.clone())
}

/// Whether the house code in an address deserves the warning.
pub(in crate::rules::household) fn wrong_check_digit(address: &Address) -> bool {
    address.house_code.is_some_and(|code| code.checked().is_some())
}
