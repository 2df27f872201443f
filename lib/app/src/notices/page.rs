use askama::Template;
use domain::Product;

/// What a mail says; the same for HTML and text.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub title: String,
    pub paragraphs: Vec<String>,
    pub facts: Vec<Fact>,
    /// Label and address.
    pub button: Option<(String, String)>,
}

/// A line of the mail's table.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub label: String,
    pub value: String,
    pub is_link: bool,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    product: &'a str,
    subject: &'a str,
    name: &'a str,
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct Text<'a> {
    product: &'a str,
    name: &'a str,
    page: &'a Page,
}

impl Page {
    /// The page as text and as HTML.
    pub fn render(&self, product: Product, subject: &str, name: &str) -> Result<(String, String), askama::Error> {
        let product = product.title();
        Ok((Text { product, name, page: self }.render()?, Html { product, subject, name, page: self }.render()?))
    }
}
