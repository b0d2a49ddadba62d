//! Facts about where a household lives: its address, its house code, and its moves.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::area::Place;
use crate::facts::Schema;
use crate::facts::household::found::Address;
use crate::facts::household::told::Told;
use crate::sealed::Sealed;
use crate::thai::house_code::HouseCode;

/// The address is this from a day on: noted for the first time, or after the house was left for another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddressRecorded {
    /// The day from which it holds.
    pub happened_on: NaiveDate,
    /// Tag `household.address`, sealed under the household.
    #[schema(value_type = Object)]
    pub address: Sealed<Address>,
    /// Whether the house code in it has a wrong check digit: a warning, the code is kept.
    #[serde(default)]
    pub wrong_check_digit: bool,
}

impl Told for AddressRecorded {
    fn schema(&self) -> Schema {
        Schema::new("AddressRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The address held a slip: what was noted was never true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddressCorrected {
    /// The day the slip was mended.
    pub happened_on: NaiveDate,
    /// Since when the address holds that is corrected, where the slip was in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Where the household lives, where the slip was in the area: within the same province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The address as a whole, where the slip was in it: tag `household.address`, sealed under the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub address: Option<Sealed<Address>>,
    /// Whether the house code in it has a wrong check digit: a warning, the code is kept.
    #[serde(default)]
    pub wrong_check_digit: bool,
}

impl Told for AddressCorrected {
    fn schema(&self) -> Schema {
        Schema::new("AddressCorrected", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn place(&self) -> Option<Place> {
        self.place
    }
}

/// The household moved to another house of the same province. What it was given before stays with the old area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MovedWithinArea {
    /// The day.
    pub happened_on: NaiveDate,
    /// Where it lived.
    pub from: Place,
    /// Where it lives: who may see it follows from this.
    pub place: Place,
    /// The new house, where known: tag `household.address`, sealed under the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub address: Option<Sealed<Address>>,
    /// Whether the house code in it has a wrong check digit: a warning, the code is kept.
    #[serde(default)]
    pub wrong_check_digit: bool,
}

impl Told for MovedWithinArea {
    fn schema(&self) -> Schema {
        Schema::new("MovedWithinArea", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn place(&self) -> Option<Place> {
        Some(self.place)
    }
}

/// The house has this code in the registry. Another household may have the same: a house is not a household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseCodeRecorded {
    /// The day it was read.
    pub happened_on: NaiveDate,
    /// Tag `household.house_code`, sealed under the household.
    #[schema(value_type = Object)]
    pub house_code: Sealed<HouseCode>,
    /// Whether its check digit is wrong: a warning, the code is kept.
    pub wrong_check_digit: bool,
}

impl Told for HouseCodeRecorded {
    fn schema(&self) -> Schema {
        Schema::new("HouseCodeRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
