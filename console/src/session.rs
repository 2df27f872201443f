//! Signing in and out.

use crate::{Console, Failure, Outcome, client::Request, config::Profiles, terminal};
use clap::Args;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::json;

/// Who signs in.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The address; asked for at a terminal.
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input. Otherwise CONSOLE_PASSWORD has it, or it is asked for.
    #[arg(long)]
    password_stdin: bool,
}

/// Signs in, and keeps address, product and token in the profile.
pub async fn login(console: &Console, args: LoginArgs) -> Outcome {
    let email = args.email.map_or_else(|| terminal::ask("E-mail", "--email"), Ok)?;
    let password = terminal::password(args.password_stdin)?;
    let request = Request::new(Method::POST, "/api/auth/login").with(json!({ "email": email, "password": password }));
    let client = console.client()?.with_token(None);
    let answer = client.send(&request).await?.body;
    let token = answer["access_token"].as_str().map(SecretString::from);
    let token = token.ok_or_else(|| Failure::Failed("The deployment gave no token.".to_owned()))?;
    let config = &console.config;
    let mut file = Profiles::load()?;
    let profile = file.profiles.entry(config.profile.value.clone()).or_default();
    profile.url = Some(config.url.value.clone());
    profile.product = Some(config.product.value);
    *profile = profile.clone().with_token(Some(&token));
    file.current = file.current.or_else(|| Some(config.profile.value.clone()));
    file.save()?;
    let user = &answer["user"];
    if user["role"] != "admin" {
        console.output.note("This account is no admin; most commands will be refused.")?;
    }
    console.output.object(&who(console, user))
}

fn who(console: &Console, user: &serde_json::Value) -> serde_json::Value {
    json!({
        "id": user["id"], "name": user["name"], "email": user["email"], "role": user["role"], "status": user["status"],
        "url": console.config.url.value, "product": console.config.product.value, "profile": console.config.profile.value,
    })
}

/// Signs out. The token is forgotten also when the deployment knows it no more.
pub async fn logout(console: &Console) -> Outcome {
    let client = console.client()?.signed_in()?;
    let told = client.send(&Request::new(Method::POST, "/api/auth/logout")).await;
    let mut file = Profiles::load()?;
    if let Some(profile) = file.profiles.get_mut(&console.config.profile.value) {
        *profile = profile.clone().with_token(None);
        file.save()?;
    }
    match told {
        Ok(_) | Err(Failure::NotAllowed(_)) => console.output.object(&json!({ "signed_in": false })),
        Err(failure) => Err(failure),
    }
}

/// Shows who is signed in.
pub async fn whoami(console: &Console) -> Outcome {
    let user = console.client()?.signed_in()?.send(&Request::get("/api/auth/me")).await?.body;
    console.output.object(&who(console, &user))
}
