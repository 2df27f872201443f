//! Signing in and out.

use crate::{Console, Failure, Outcome, client::Request, config::Profiles, terminal};
use clap::Args;
use domain::Product;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

/// Who signs in.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The address; asked for at a terminal.
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input. Otherwise CONSOLE_PASSWORD has it, or it is asked for.
    #[arg(long)]
    password_stdin: bool,
    /// Have a code mailed, where one signs in by it, and end; then sign in with --code-stdin.
    #[arg(long, conflicts_with_all = ["password_stdin", "code_stdin"])]
    send_code: bool,
    /// Read the mailed code from standard input. At a terminal it is mailed and asked for in one go.
    #[arg(long, conflicts_with = "password_stdin")]
    code_stdin: bool,
}

/// Where a product signs in and out, and how.
struct Doors {
    login: &'static str,
    logout: &'static str,
    me: &'static str,
    /// The field of the answer that has the token.
    token: &'static str,
    /// Whether a mailed code takes the place of a password.
    by_code: bool,
}

fn doors(product: Product) -> Doors {
    match product {
        Product::Mansa => Doors {
            login: "/api/users/email-login",
            logout: "/api/users/logout",
            me: "/api/users/me",
            token: "access",
            by_code: true,
        },
        Product::Codementee | Product::LeadBridge | Product::AspireX => Doors {
            login: "/api/auth/login",
            logout: "/api/auth/logout",
            me: "/api/auth/me",
            token: "access_token",
            by_code: false,
        },
    }
}

/// Signs in, and keeps address, product and token in the profile.
pub async fn login(console: &Console, args: LoginArgs) -> Outcome {
    let doors = doors(console.config.product.value);
    let email = args.email.clone().map_or_else(|| terminal::ask("E-mail", "--email"), Ok)?;
    let client = console.client()?.with_token(None);
    let ask = |body: Value| Request::new(Method::POST, doors.login).with(body);
    let credentials = match (doors.by_code, args.send_code || args.code_stdin) {
        (false, true) => return Err(Failure::Usage("This product signs in by a password.".to_owned())),
        (false, false) => json!({ "email": email, "password": terminal::password(args.password_stdin)? }),
        (true, false) if !terminal::can_ask() => return Err(Failure::missing("--send-code, and then --code-stdin,")),
        (true, _) => {
            if !args.code_stdin {
                client.send(&ask(json!({ "email": email }))).await?;
            }
            if args.send_code {
                return console.output.object(&json!({ "email": email, "code_sent": true }));
            }
            let code = if args.code_stdin { terminal::line("a code")? } else { terminal::ask("Mailed code", "--code-stdin")? };
            json!({ "email": email, "code": code.trim() })
        }
    };
    let answer = client.send(&ask(credentials)).await?.body;
    let token = answer[doors.token].as_str().map(SecretString::from);
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

fn who(console: &Console, user: &Value) -> Value {
    json!({
        "id": user["id"], "name": user["name"], "email": user["email"], "role": user["role"], "status": user["status"],
        "url": console.config.url.value, "product": console.config.product.value, "profile": console.config.profile.value,
    })
}

/// Signs out. The token is forgotten also when the deployment knows it no more.
pub async fn logout(console: &Console) -> Outcome {
    let client = console.client()?.signed_in()?;
    let told = client.send(&Request::new(Method::POST, doors(console.config.product.value).logout)).await;
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
    let user = console.client()?.signed_in()?.send(&Request::get(doors(console.config.product.value).me)).await?.body;
    console.output.object(&who(console, &user))
}
