//! Where a household lives, as far as reports need it: never a house number.

use serde::{Deserialize, Deserializer, Serialize};

use super::{AreaCode, LaoCode};
use crate::thai::wire;

/// A tambon with the province and amphoe it lies in, and where known the moo and the local organisation.
/// All parts are written out, so that a reader of the log needs no directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
pub struct Place {
    province: AreaCode,
    amphoe: AreaCode,
    tambon: AreaCode,
    /// หมู่ที่, 1 to 999.
    #[schema(minimum = 1, maximum = 999)]
    moo: Option<u16>,
    lao: Option<LaoCode>,
}

/// Why parts make no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A household lives in a tambon, not just in a province.
    #[error("a place needs the code of a tambon")]
    NotATambon,
    /// Beyond 1 to 999.
    #[error("a moo is a number from 1 to 999")]
    MooOutOfRange,
    /// The tambon lies elsewhere.
    #[error("province, amphoe and tambon do not belong together")]
    Contradicts,
}

impl PlaceError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotATambon => "place_not_a_tambon",
            Self::MooOutOfRange => "place_moo_out_of_range",
            Self::Contradicts => "place_contradicts",
        }
    }
}

impl Place {
    /// The place in a tambon. Whether the tambon exists is the directory's to say. A local organisation's code begins with
    /// the digits of its amphoe, so one of another amphoe contradicts the tambon.
    pub fn new(tambon: AreaCode, moo: Option<u16>, lao: Option<LaoCode>) -> Result<Self, PlaceError> {
        let (Some(tambon), Some(amphoe)) = (tambon.tambon(), tambon.amphoe()) else {
            return Err(PlaceError::NotATambon);
        };
        if moo.is_some_and(|moo| !(1..=999).contains(&moo)) {
            return Err(PlaceError::MooOutOfRange);
        }
        if lao.is_some_and(|lao| !lao.to_string().starts_with(&amphoe.to_string())) {
            return Err(PlaceError::Contradicts);
        }
        Ok(Self { province: tambon.province(), amphoe, tambon, moo, lao })
    }

    /// The province.
    pub fn province(&self) -> AreaCode {
        self.province
    }

    /// The amphoe.
    pub fn amphoe(&self) -> AreaCode {
        self.amphoe
    }

    /// The tambon.
    pub fn tambon(&self) -> AreaCode {
        self.tambon
    }

    /// The village's number, if known.
    pub fn moo(&self) -> Option<u16> {
        self.moo
    }

    /// The local organisation, if known.
    pub fn lao(&self) -> Option<LaoCode> {
        self.lao
    }

    /// Whether it lies in an area of any level.
    pub fn is_in(&self, area: AreaCode) -> bool {
        area.contains(self.tambon)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The larger areas follow from the tambon; one who names them must name the right ones.
        #[derive(Deserialize)]
        struct Parts {
            province: Option<AreaCode>,
            amphoe: Option<AreaCode>,
            tambon: AreaCode,
            moo: Option<u16>,
            lao: Option<LaoCode>,
        }
        let parts = Parts::deserialize(deserializer)?;
        let agrees = |place: &Place| {
            parts.province.is_none_or(|code| code == place.province)
                && parts.amphoe.is_none_or(|code| code == place.amphoe)
        };
        Place::new(parts.tambon, parts.moo, parts.lao)
            .and_then(|place| if agrees(&place) { Ok(place) } else { Err(PlaceError::Contradicts) })
            .map_err(|error| wire::refuse(error.code(), error))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_written_whole_and_read_from_its_tambon() {
        let place: Place = serde_json::from_value(json!({"tambon": "460901", "moo": 3})).unwrap();
        let whole = json!({"province": "46", "amphoe": "4609", "tambon": "460901", "moo": 3, "lao": null});
        assert_eq!(serde_json::to_value(place).unwrap(), whole);
        assert_eq!(serde_json::from_value::<Place>(whole).unwrap(), place);
        assert!(place.is_in(AreaCode::parse("46").unwrap()) && !place.is_in(AreaCode::parse("4602").unwrap()));
    }

    #[test]
    fn parts_that_make_no_place_are_refused_with_their_reason() {
        let table = [
            (json!({"tambon": "4609"}), "place_not_a_tambon"),
            (json!({"tambon": "460901", "moo": 0}), "place_moo_out_of_range"),
            (json!({"tambon": "460901", "moo": 1000}), "place_moo_out_of_range"),
            (json!({"tambon": "460901", "amphoe": "4602"}), "place_contradicts"),
            (json!({"tambon": "460901", "province": "47"}), "place_contradicts"),
            (json!({"tambon": "46090"}), "area_code_length"),
            (json!({"tambon": "460901", "lao": "12"}), "lao_code_malformed"),
        ];
        for (parts, code) in table {
            let error = serde_json::from_value::<Place>(parts.clone()).unwrap_err().to_string();
            assert_eq!(wire::coded(&error).map(|(code, _)| code), Some(code), "{parts}");
        }
    }
}
