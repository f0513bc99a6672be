// Becomes the gateway of OpenClaw, as an agent of k8s4claw. The gateway rewrites its own configuration, so that is seeded
// once, on a volume (an emptyDir will do), and is the gateway's from then on.
//
//   CLAW_STATE_DIR    where configuration and state lie (default /var/lib/claw/session/openclaw)
//   CLAW_TOKEN_FILE   the token by which the gateway knows the bus (default /etc/claw-token/token)
//   OPENAI_BASE_URL   a server that speaks OpenAI's protocol, up to and with /v1. Required
//   OPENAI_API_KEY    what is shown there. Required
//   OPENAI_MODEL      what it is asked for. Required
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const state = process.env.CLAW_STATE_DIR ?? "/var/lib/claw/session/openclaw";
const token = readFileSync(process.env.CLAW_TOKEN_FILE ?? "/etc/claw-token/token", "utf8").trim();
const model = process.env.OPENAI_MODEL;
for (const name of ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"]) {
  if (!process.env[name]) {
    console.error(`start.mjs: ${name} is not set`);
    process.exit(2);
  }
}

// Secrets stay out of the file: the gateway replaces ${NAME} when it reads it.
const seed = {
  gateway: {
    mode: "local",
    port: 18789,
    // The kubelet's probes come through the pod's address; the NetworkPolicy lets nobody else in.
    bind: "lan",
    auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" },
    // With it every unknown path answers 200, probes included.
    controlUi: { enabled: false },
  },
  models: {
    mode: "replace",
    catalogRefresh: { enabled: false },
    providers: {
      upstream: {
        baseUrl: "${OPENAI_BASE_URL}",
        apiKey: "${OPENAI_API_KEY}",
        api: "openai-completions",
        models: [
          {
            id: model,
            name: model,
            reasoning: false,
            input: ["text"],
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
            contextWindow: 128000,
            maxTokens: 4096,
          },
        ],
      },
    },
  },
  agents: {
    defaults: {
      model: { primary: `upstream/${model}` },
      workspace: `${state}/workspace`,
      // It would spend tokens every half hour.
      heartbeat: { every: "0m" },
      skipBootstrap: true,
    },
  },
  plugins: { enabled: false },
  update: { checkOnStart: false },
  cron: { enabled: false },
};

const configuration = `${state}/openclaw.json`;
if (!existsSync(configuration)) {
  mkdirSync(`${state}/workspace`, { recursive: true, mode: 0o700 });
  writeFileSync(configuration, JSON.stringify(seed, null, 2), { mode: 0o600 });
}
const gateway = fileURLToPath(new URL("node_modules/openclaw/openclaw.mjs", import.meta.url));
// Not a child: signals are the gateway's.
process.execve(process.execPath, [process.execPath, gateway, "gateway", "run"], {
  ...process.env,
  HOME: state,
  OPENCLAW_STATE_DIR: state,
  OPENCLAW_CONFIG_PATH: configuration,
  OPENCLAW_GATEWAY_TOKEN: token,
  OPENCLAW_DISABLE_BONJOUR: "1",
  OPENCLAW_EXEC_SHELL_SNAPSHOT: "0",
  OPENCLAW_NO_RESPAWN: "1",
  // Channels are the bus's.
  OPENCLAW_SKIP_CHANNELS: "1",
});
