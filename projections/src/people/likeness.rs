//! When may two people be one? The rule that the search for duplicates and its oracle share.

use events::thai::date::PartialDate;
use events::thai::name::{likeness_key, similarity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Names at least so alike, by sound and sight, differ by a slip of the pen.
const SIMILAR: f64 = 0.85;

/// In what two people are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlikeIn {
    /// The same citizen id.
    CitizenId,
    /// The house has the same code.
    HouseCode,
    /// The same name, whatever its title, its order, and letters that sound or look alike.
    Name,
    /// Nearly the same name.
    SimilarName,
    /// The same day of birth.
    BirthDate,
    /// What is known of both births may be the same day.
    BirthMayAgree,
    /// The same tambon.
    Tambon,
    /// The same district, and another tambon.
    District,
}

impl AlikeIn {
    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CitizenId => "citizen_id",
            Self::HouseCode => "house_code",
            Self::Name => "name",
            Self::SimilarName => "similar_name",
            Self::BirthDate => "birth_date",
            Self::BirthMayAgree => "birth_may_agree",
            Self::Tambon => "tambon",
            Self::District => "district",
        }
    }
}

/// The days on which somebody may have been born.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Born {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl From<PartialDate> for Born {
    fn from(date: PartialDate) -> Self {
        Self { first: crate::column::day(date.earliest()), last: crate::column::day(date.latest()) }
    }
}

impl Born {
    /// The day, if it is known.
    pub(super) fn day(self) -> Option<i64> {
        (self.first == self.last).then_some(self.first)
    }
}

/// What of a person is compared.
#[derive(Clone)]
pub(super) struct Traits {
    /// The name by sound and sight.
    pub(super) key: String,
    pub(super) born: Option<Born>,
    pub(super) citizen_id: Option<Vec<u8>>,
    pub(super) house: Option<Vec<u8>>,
    pub(super) tambon: i64,
}

impl Traits {
    /// The whole name, made comparable.
    pub(super) fn key_of(given_name: &str, family_name: Option<&str>) -> String {
        likeness_key(&format!("{given_name} {}", family_name.unwrap_or_default()))
    }
}

/// In what two people are alike, if so much that they may be one:
///
/// | | name | birth | place |
/// |---|---|---|---|
/// | the same citizen id | any | any | any |
/// | the same house code | same | any | |
/// | | same | same day | any |
/// | | same | may agree, or unknown | same tambon |
/// | | similar | same day | same district |
pub(super) fn alike(one: &Traits, other: &Traits) -> Option<Vec<AlikeIn>> {
    let both = |one: &Option<Vec<u8>>, other: &Option<Vec<u8>>| one.is_some() && one == other;
    let same_name = one.key == other.key && !one.key.is_empty();
    let similar = || similarity(&one.key, &other.key) >= SIMILAR;
    let (same_day, may_agree) = match (one.born, other.born) {
        (Some(one), Some(other)) => {
            (one.day().is_some() && one.day() == other.day(), one.first <= other.last && other.first <= one.last)
        }
        (None, _) | (_, None) => (false, true),
    };
    let (tambon, district) = (one.tambon == other.tambon, one.tambon / 100 == other.tambon / 100);
    let citizen_id = both(&one.citizen_id, &other.citizen_id);
    let house = both(&one.house, &other.house);
    let similar_name = !same_name && same_day && district && similar();
    let may_be_one = citizen_id || same_name && (house || same_day || may_agree && tambon) || similar_name;
    if !may_be_one {
        return None;
    }
    let known = one.born.is_some() && other.born.is_some();
    let found = [
        (citizen_id, AlikeIn::CitizenId),
        (house, AlikeIn::HouseCode),
        (same_name, AlikeIn::Name),
        (similar_name, AlikeIn::SimilarName),
        (same_day, AlikeIn::BirthDate),
        (known && may_agree && !same_day, AlikeIn::BirthMayAgree),
        (tambon, AlikeIn::Tambon),
        (district && !tambon, AlikeIn::District),
    ];
    Some(found.into_iter().filter(|(so, _)| *so).map(|(_, what)| what).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(name: &str, born: Option<&str>, citizen_id: u8, house: u8, tambon: i64) -> Traits {
        let mac = |number: u8| (number > 0).then(|| vec![number]);
        let born = born.map(|text| Born::from(PartialDate::from_iso(text).unwrap()));
        Traits { key: Traits::key_of(name, None), born, citizen_id: mac(citizen_id), house: mac(house), tambon }
    }

    #[test]
    fn two_people_may_be_one_in_five_ways_and_in_no_other() {
        let known = traits("สมชาย ใจดี", Some("1961-04-13"), 1, 1, 460_901);
        let yes = [
            traits("บุญมี แสนคำ", Some("1990"), 1, 2, 460_201),
            traits("ใจดี สมชาย", Some("1970-01-01"), 2, 1, 460_901),
            traits("นาย สมชาย ใจดี", Some("1961-04-13"), 0, 0, 460_201),
            traits("สมชาย ใจดี", Some("1961"), 0, 0, 460_901),
            traits("สมชาย ใจดี", None, 0, 0, 460_901),
            traits("สมชาย ใจดา", Some("1961-04-13"), 0, 0, 460_902),
        ];
        for (nth, other) in yes.iter().enumerate() {
            assert!(alike(&known, other).is_some(), "{nth}");
            assert_eq!(alike(&known, other), alike(other, &known), "{nth}");
        }
        let no = [
            traits("บุญมี แสนคำ", Some("1961-04-13"), 2, 1, 460_901),
            traits("สมชาย ใจดี", Some("1962"), 0, 0, 460_901),
            traits("สมชาย ใจดี", Some("1961"), 0, 0, 460_902),
            traits("สมชาย ใจดา", Some("1961-04-13"), 0, 0, 460_201),
            traits("สมชาย ใจดา", Some("1961"), 0, 0, 460_901),
        ];
        for (nth, other) in no.iter().enumerate() {
            assert_eq!(alike(&known, other), None, "{nth}");
        }
    }

    #[test]
    fn what_is_known_of_neither_is_no_likeness() {
        let nameless = traits("", None, 0, 0, 460_901);
        assert_eq!(alike(&nameless, &nameless.clone()), None);
        let found = alike(&traits("มาลี ใจดี", None, 3, 0, 460_901), &traits("มาลี ใจดี", None, 3, 0, 460_902));
        assert_eq!(found, Some(vec![AlikeIn::CitizenId, AlikeIn::Name, AlikeIn::District]));
    }
}
