//! The member directory, which Mansa has.

use super::shape::{List, Method, Resource, Show, Verb};
use crate::fields::Field;
use domain::{
    Product,
    text::{Email, Line, PersonName, Prose, WebUrl},
};

fn email(text: &str) -> Result<(), String> {
    Email::parse(text).map(|_| ()).map_err(|invalid| invalid.0)
}

fn name(text: &str) -> Result<(), String> {
    PersonName::parse(text).map(|_| ()).map_err(|invalid| invalid.0)
}

fn line<const MOST: usize>(text: &str) -> Result<(), String> {
    Line::<MOST>::parse(text).map(|_| ()).map_err(|invalid| invalid.0)
}

fn prose(text: &str) -> Result<(), String> {
    Prose::<1000>::parse(text).map(|_| ()).map_err(|invalid| invalid.0)
}

fn web_url(text: &str) -> Result<(), String> {
    WebUrl::parse(text).map(|_| ()).map_err(|invalid| invalid.0)
}

/// A member's fields, in requests and files.
pub const MEMBER: &[Field] = &[
    Field::text("email", "email", "The address by which he is known").required().checked(email),
    Field::text("name", "name", "His name").required().checked(name),
    Field::text("membershiptype", "membership-type", "What he is in the community; his roles come of it").checked(line::<60>),
    Field::text("phone", "phone", "His number").checked(line::<40>),
    Field::text("country", "country", "Where he lives").checked(line::<60>),
    Field::text("city", "city", "The town").checked(line::<60>),
    Field::text("gender", "gender", "His gender").checked(line::<20>),
    Field::text("linkedin", "linkedin", "The address of his profile there").checked(web_url),
    Field::text("experience", "experience", "What he has done").checked(prose),
    Field::text("area_of_expertise", "area-of-expertise", "What he knows well").checked(prose),
    Field::text("school", "school", "Where he studied").checked(line::<200>),
    Field::text("level", "level", "How far he came").checked(line::<60>),
    Field::text("occupation", "occupation", "What he does").checked(line::<100>),
    Field::text("job_title", "job-title", "What his position is called").checked(line::<100>),
    Field::text("industry", "industry", "In which industry").checked(line::<100>),
    Field::text("major", "major", "What he studied").checked(line::<100>),
];

/// Of the directory.
pub const RESOURCES: &[Resource] = &[Resource {
    product: Product::Mansa,
    noun: "members",
    one: "member",
    about: "The member directory (--product mansa)",
    list: Some(List {
        path: "/api/v1/members",
        about: "List the member directory",
        columns: &["id", "email", "name", "membershiptype", "country", "city", "job_title"],
        filters: &[],
        paged: true,
    }),
    show: Show::InList(&[]),
    verbs: &[Verb::of_all(
        "put",
        "Put somebody into the directory, or change what it says of him",
        Method::Post,
        &["/api/v1/members"],
    )
    .sending(MEMBER)],
}];
