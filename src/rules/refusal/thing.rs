//! What can be named and not be there, and what people call it.

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what")]
pub enum Thing {
    Household,
    Need,
    Referral,
    Consent,
    Assistance,
    Agency,
    Model,
    Cycle,
    Payment,
    Partner,
    Assessment,
    Policy,
    Staff,
    Person,
    Resemblance,
    Proposal,
    Fact,
    Place,
    Complaint,
    RightsRequest,
}

impl Thing {
    /// Every thing that can be named.
    pub const ALL: [Self; 20] = [
        Self::Household,
        Self::Need,
        Self::Referral,
        Self::Consent,
        Self::Assistance,
        Self::Agency,
        Self::Model,
        Self::Cycle,
        Self::Payment,
        Self::Partner,
        Self::Assessment,
        Self::Policy,
        Self::Staff,
        Self::Person,
        Self::Resemblance,
        Self::Proposal,
        Self::Fact,
        Self::Place,
        Self::Complaint,
        Self::RightsRequest,
    ];

    /// What it is called, in Thai and English.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Household => ("ครัวเรือน", "household"),
            Self::Need => ("ความต้องการ", "need"),
            Self::Referral => ("การส่งต่อ", "referral"),
            Self::Consent => ("ความยินยอม", "consent"),
            Self::Assistance => ("ความช่วยเหลือ", "delivery of help"),
            Self::Agency => ("หน่วยงาน", "agency"),
            Self::Model => ("โมเดลแก้จน", "operating model"),
            Self::Cycle => ("รุ่นการผลิต", "cycle"),
            Self::Payment => ("การจ่ายเงิน", "payment"),
            Self::Partner => ("ภาคีในบทบาทนี้", "partner in this role"),
            Self::Assessment => ("แบบสำรวจ", "assessment"),
            Self::Policy => ("เกณฑ์ฉบับ", "version of the policy"),
            Self::Staff => ("เจ้าหน้าที่", "member of staff"),
            Self::Person => ("สมาชิก", "member"),
            Self::Resemblance => ("ข้อสงสัยว่าเป็นคนเดียวกัน", "question whether two are the same person"),
            Self::Proposal => ("ข้อเสนอ", "proposal"),
            Self::Fact => ("ข้อเท็จจริง", "fact"),
            Self::Place => ("พื้นที่", "area"),
            Self::Complaint => ("เรื่องร้องเรียน", "complaint"),
            Self::RightsRequest => ("คำขอใช้สิทธิ", "request"),
        }
    }
}
