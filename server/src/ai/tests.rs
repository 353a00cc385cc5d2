//! The layers as a project's configuration puts them together, against a server.

use docket_ai::PromptId;
use docket_store::spending::DOLLAR;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

const ANSWER: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"four\"},\"finish_reason\":null}]}\n\n\
data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,\"total_tokens\":1100}}\n\n\
data: [DONE]\n\n";

struct Project {
    folder: tempfile::TempDir,
    env: Env,
    server: MockServer,
}

impl Project {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(ANSWER, "text/event-stream");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let env = Env::fixed(folder.path(), "2026-11-27T10:00Z[UTC]".parse().unwrap(), 7).with_var(
            "XDG_STATE_HOME",
            folder.path().join("state").to_str().unwrap(),
        );
        Self {
            folder,
            env,
            server,
        }
    }

    fn config(&self, more: &str) -> Arc<Config> {
        let text = format!(
            "[ai]\nmodels = [\"stub/m\"]\n[ai.providers.stub]\nprotocol = \"openai-chat\"\nurl = \"{}/v1\"\n{more}",
            self.server.uri()
        );
        let (config, problems) = Config::parse(&text);
        assert_eq!(problems, []);
        Arc::new(config)
    }

    fn models(&self, env: &Env, config: &Arc<Config>) -> Models {
        Models::new(env, self.folder.path(), Arc::clone(config)).unwrap()
    }

    async fn n_asked(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

const PRICE: &str = "[ai.prices.\"stub/m\"]\ninput = 1.0\noutput = 2.0\n";

fn request() -> Request {
    let prompt = PromptId {
        name: "expand".to_owned(),
        version: "1-00000000".to_owned(),
    };
    let mut request = Request::new("expand", prompt, "Count.", "two and two");
    request.ticket = Some("T-7k3f".to_owned());
    request
}

async fn ask(models: &Models) -> Result<String, AskError> {
    let model = models.for_task("expand").unwrap();
    let reply = model.ask(&request(), &(), &Cancel::new()).await;
    reply.map(|it| it.text).map_err(|it| it.error)
}

#[tokio::test]
async fn an_answer_is_paid_out_of_the_budget_of_its_ticket() {
    let project = Project::new().await;
    let env = project.env.clone().with_var("DOCKET_STUB_KEY", "k-1");
    let config = project.config(PRICE);
    let models = project.models(&env, &config);
    assert_eq!(ask(&models).await.unwrap(), "four");
    let sent = project.server.received_requests().await.unwrap();
    assert_eq!(sent[0].headers["authorization"], "Bearer k-1");
    let ledger = purse::ledger_to_read(&env, project.folder.path()).unwrap();
    let sums = ledger.sums(env.today(), Some("T-7k3f")).unwrap();
    // A thousand at 1 dollar and a hundred at 2 dollars for a million.
    assert_eq!(sums.ticket.cost, 1_200 * (DOLLAR / 1_000_000));
    assert_eq!((sums.day.calls, sums.month.reserved), (1, 0));
}

#[tokio::test]
async fn what_the_budget_or_the_prices_do_not_allow_is_not_sent() {
    let project = Project::new().await;
    let env = project.env.clone().with_var("DOCKET_STUB_KEY", "k-1");
    let poor = project.config(&format!("{PRICE}[budget]\nday = 0.001\n"));
    let error = ask(&project.models(&env, &poor)).await.unwrap_err();
    assert_eq!(error.code(), "budget");
    let told = error.to_string();
    assert!(
        told.contains("of the budget of the day $0.001 of $0.001 are left"),
        "{told}"
    );
    assert!(told.contains("raise `day` in `[budget]` to $0.0"), "{told}");
    let unknown = project.config("");
    let error = ask(&project.models(&env, &unknown)).await.unwrap_err();
    assert_eq!(error.code(), "no-price");
    assert_eq!(project.n_asked().await, 0);
    // Raised, the same goes on.
    let rich = project.config(&format!("{PRICE}[budget]\nday = 1.0\n"));
    assert_eq!(ask(&project.models(&env, &rich)).await.unwrap(), "four");
}

#[tokio::test]
async fn without_a_key_the_next_model_is_asked_or_the_last_says_why() {
    let project = Project::new().await;
    let env = project.env.clone();
    // The server is of this machine, but no variable has a key; the keyring is not asked here.
    let config = project.config(
        "key = \"none\"\n[ai.tasks]\nexpand = [\"openai/unpriced\", \"stub/m\"]\n[ai.prices.\"stub/m\"]\ninput = 0.0\noutput = 0.0\n",
    );
    let env = env.with_var("OPENAI_API_KEY", "sk-none");
    // There is a key, but no price: that is an error to be mended, and not gone around.
    let error = ask(&project.models(&env, &config)).await.unwrap_err();
    assert_eq!(error.code(), "no-price");
    let none = Arc::new(Config::default());
    assert!(project.models(&env, &none).for_task("expand").is_none());
}

#[tokio::test]
async fn a_run_is_recorded_and_replayed_without_anybody() {
    let project = Project::new().await;
    let config = project.config(PRICE);
    let tape = project.folder.path().join("tape.json");
    let path = tape.to_str().unwrap();
    let recording = project
        .env
        .clone()
        .with_var("DOCKET_STUB_KEY", "k-secret-0123456789")
        .with_var(RECORD, path);
    let models = project.models(&recording, &config);
    assert_eq!(ask(&models).await.unwrap(), "four");
    models.finish().unwrap();
    let text = std::fs::read_to_string(&tape).unwrap();
    assert!(
        !text.contains("k-secret") && !text.contains("127.0.0.1"),
        "{text}"
    );

    let replaying = project.env.clone().with_var(REPLAY, path);
    let models = project.models(&replaying, &config);
    let early = end_replay(&replaying).unwrap_err().to_string();
    assert!(early.contains("step 1"), "{early}");
    assert_eq!(ask(&models).await.unwrap(), "four");
    models.finish().unwrap();
    end_replay(&replaying).unwrap();
    assert_eq!(project.n_asked().await, 1);
    let ledger = purse::ledger_to_read(&replaying, project.folder.path()).unwrap();
    assert_eq!(ledger.sums(replaying.today(), None).unwrap().day.calls, 1);
}
