//! The household file: its columns in order, what they are called, and the template that shows them.

use std::io;

/// The version of this form. A household's origin names the one that it was read by.
pub const FORM: u32 = 1;

/// A column of the household file, in the file's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of the columns say what they are")]
pub enum Column {
    HouseholdRef,
    HouseCode,
    HouseNo,
    Moo,
    Village,
    TambonCode,
    Tambon,
    Amphoe,
    Province,
    Lat,
    Lon,
    IdentifiedOn,
    Sources,
    TpmapListed,
    TpmapListDate,
    Consent,
    MemberNo,
    Prefix,
    GivenName,
    FamilyName,
    CitizenId,
    Sex,
    BirthDate,
    Relation,
    IsHead,
    ResidenceStatus,
    Health,
    Education,
    Work,
    IncomeMonth,
    Welfare,
}

/// What a column is called, whether a file may lack it, and what the template shows in it.
struct Told {
    column: Column,
    en: &'static str,
    th: &'static str,
    needed: bool,
    example: &'static str,
}

const fn told(column: Column, en: &'static str, th: &'static str, needed: bool, example: &'static str) -> Told {
    Told { column, en, th, needed, example }
}

const COLUMNS: [Told; Column::COUNT] = [
    told(Column::HouseholdRef, "household_ref", "เลขอ้างอิงครัวเรือน", true, "KLS-00001"),
    told(Column::HouseCode, "house_code", "รหัสประจำบ้าน", false, "4600-000001-4"),
    told(Column::HouseNo, "house_no", "บ้านเลขที่", false, "25/2"),
    told(Column::Moo, "moo", "หมู่ที่", false, "4"),
    told(Column::Village, "village", "ชื่อหมู่บ้าน", false, "บ้านโนนสมบูรณ์"),
    told(Column::TambonCode, "tambon_code", "รหัสตำบล", false, "460901"),
    told(Column::Tambon, "tambon", "ตำบล", false, "ภูสิงห์"),
    told(Column::Amphoe, "amphoe", "อำเภอ", false, "สหัสขันธ์"),
    told(Column::Province, "province", "จังหวัด", false, "กาฬสินธุ์"),
    told(Column::Lat, "lat", "ละติจูด", false, "16.7123"),
    told(Column::Lon, "lon", "ลองจิจูด", false, "103.5321"),
    told(Column::IdentifiedOn, "identified_on", "วันที่ค้นพบ", false, "15/1/2568"),
    told(Column::Sources, "sources", "แหล่งที่ชี้เป้า", true, "village_leader|tpmap"),
    told(Column::TpmapListed, "tpmap_listed", "มีชื่อใน TPMAP", false, "yes"),
    told(Column::TpmapListDate, "tpmap_list_date", "วันที่ของบัญชี TPMAP", false, "31/12/2564"),
    told(Column::Consent, "consent", "ยินยอมให้เปิดเผยข้อมูล", false, "no"),
    told(Column::MemberNo, "member_no", "คนที่", true, "1"),
    told(Column::Prefix, "prefix", "คำนำหน้า", false, "นาง"),
    told(Column::GivenName, "given_name", "ชื่อ", true, "ตัวอย่าง"),
    told(Column::FamilyName, "family_name", "นามสกุล", false, "สมมุติ"),
    told(Column::CitizenId, "citizen_id", "เลขประจำตัวประชาชน", false, "1-4600-00000-01-3"),
    told(Column::Sex, "sex", "เพศ", false, "female"),
    told(Column::BirthDate, "birth_date", "วันเกิด", false, "13/4/2503"),
    told(Column::Relation, "relation", "ความสัมพันธ์กับหัวหน้าครัวเรือน", true, "head"),
    told(Column::IsHead, "is_head", "เป็นหัวหน้าครัวเรือน", false, "yes"),
    told(Column::ResidenceStatus, "residence_status", "สถานะการอยู่อาศัย", true, "registered_and_living"),
    told(Column::Health, "health", "สุขภาพ", false, "normal"),
    told(Column::Education, "education", "การศึกษา", false, "primary"),
    told(Column::Work, "work", "อาชีพ", false, "farmer"),
    told(Column::IncomeMonth, "income_month", "รายได้ต่อเดือน (บาท)", false, "1,250"),
    told(Column::Welfare, "welfare", "สวัสดิการ", false, "elderly|state_welfare_card"),
];

impl Column {
    /// How many there are.
    pub const COUNT: usize = 31;

    /// All of them, in the file's order.
    pub fn all() -> impl Iterator<Item = Self> {
        COLUMNS.iter().map(|it| it.column)
    }

    /// Its place in the file's order.
    pub const fn place(self) -> usize {
        self as usize
    }

    /// The column at a place.
    pub fn at(place: usize) -> Option<Self> {
        COLUMNS.get(place).map(|it| it.column)
    }

    /// Its English name, which is also its code.
    pub fn name(self) -> &'static str {
        self.told().en
    }

    /// Its Thai name.
    pub fn name_th(self) -> &'static str {
        self.told().th
    }

    /// Whether no file can do without it.
    pub fn is_needed(self) -> bool {
        self.told().needed
    }

    /// Whether it is said of the household: on all its rows alike, or on its first.
    pub const fn is_of_household(self) -> bool {
        (self as usize) < Self::MemberNo as usize
    }

    /// Whether dates stand in it.
    pub const fn holds_date(self) -> bool {
        matches!(self, Self::IdentifiedOn | Self::TpmapListDate | Self::BirthDate)
    }

    fn told(self) -> &'static Told {
        // A test holds the table to the order of the columns.
        COLUMNS.get(self.place()).unwrap_or(&COLUMNS[0])
    }
}

/// The columns that a rejected file has besides; on the way back in they are passed over.
pub const REASONS: [(&str, &str); 2] = [("reason_codes", "รหัสเหตุผล"), ("reasons", "เหตุผล")];

/// The template: both names of every column, and an invented household. UTF-8 with a mark, so that spreadsheets read it.
pub fn template() -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    // One heading row only: a second one would be a row of somebody called ชื่อ.
    writer.write_record(COLUMNS.iter().map(|it| format!("{} {}", it.en, it.th)))?;
    writer.write_record(COLUMNS.iter().map(|it| it.example))?;
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_columns_and_no_name_is_given_twice() {
        for (place, told) in COLUMNS.iter().enumerate() {
            assert_eq!(told.column.place(), place, "{}", told.en);
        }
        let mut names: Vec<_> = COLUMNS.iter().flat_map(|it| [it.en, it.th]).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 2 * Column::COUNT);
    }

    #[test]
    fn the_form_has_the_columns_of_its_description() {
        let described = "household_ref, house_code, house_no, moo, village, tambon_code, tambon, amphoe, province, lat, \
                         lon, identified_on, sources, tpmap_listed, tpmap_list_date, consent, member_no, prefix, \
                         given_name, family_name, citizen_id, sex, birth_date, relation, is_head, residence_status, \
                         health, education, work, income_month, welfare";
        let names: Vec<_> = Column::all().map(Column::name).collect();
        assert_eq!(names.join(", "), described);
    }
}
