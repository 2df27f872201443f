use crate::HtmlPage;

/// The page behind a mailed link. Opening it changes nothing, since mail programs open links by themselves: its button
/// posts the token to the page's own address. Its policy lets only its own style and script run, each named by its hash.
pub fn link_page(title: &str, sentence: &str, button: &str) -> HtmlPage {
    const PAGE: &str = include_str!("../pages/link.html");
    const POLICY: &str = "default-src 'none'; style-src 'sha256-WRFuTo6suVDEPz313G30CSDtVOGyshQ0EjGut0jzfxA='; script-src 'sha256-ZYlvPBoxvg6ONR7PoMQzxyfl1RihEldQlDMEJi6GVhk='; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    let html = PAGE.replace("{title}", title).replace("{sentence}", sentence).replace("{button}", button);
    HtmlPage { html: html.into(), policy: POLICY }
}
