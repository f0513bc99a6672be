package ai.prismer.claw.e2e;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An agent that is talked to through webhook channels, in a namespace of its own, with what stands
 * around it: the model that it asks, its key, the channels' secret, and a volume for the journal of
 * its bus. A class that registers it gives it its channels and starts it; all of it goes when the
 * class ends.
 */
final class WebhookAgent implements BeforeAllCallback, AfterAllCallback, Closeable {
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String JOURNAL = "64Mi";

  private final String name;
  private final List<String> channels = new ArrayList<>();
  private KubernetesClient client;
  private Agents agents;
  private ScriptedModel model;
  private JournalDisk disk;

  WebhookAgent(String name) {
    this.name = name;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    prepare();
  }

  /** Makes its namespace and what stands around it; for a class that has several. */
  void prepare() throws IOException {
    Node.operatorInstalled();
    client = Node.admin();
    agents = new Agents(client, Node.namespace(client, name));
    model =
        ScriptedModel.start(
            new InetSocketAddress(Node.address(client), 0), Reply.text("nothing in particular"));
    disk = new JournalDisk(client, namespace(), name, JOURNAL);
    make(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: keys}
        stringData: {OPENAI_API_KEY: sk-scripted}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: webhook}
        stringData: {WEBHOOK_SECRET: "%s"}
        """
            .formatted(Webhook.SECRET));
  }

  /** Gives it a webhook channel with this config, as YAML, and says how it is called. */
  Webhook channel(String channel, String config) {
    make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: ClawChannel
        metadata: {name: %s}
        spec: {type: webhook, credentials: {secretRef: {name: webhook}}, config: %s}
        """
            .formatted(channel, config));
    channels.add("{name: " + channel + "}");
    return new Webhook(client, namespace(), name, "ch-" + channel);
  }

  /** Makes it with this spec, as YAML, and its channels; returns when it is ready. */
  void start(String spec) {
    agents.create(name, spec + "channels: %s\nbus: {size: %s}\n".formatted(channels, JOURNAL));
    await(claw -> Agents.isTrue(claw, "Ready"));
  }

  /** Waits until its Claw is as wanted; a failure shows the whole Claw. */
  void await(Predicate<Claw> wanted) {
    agents.await(name, PATIENCE, wanted);
  }

  /** Kills a container of its pod as the kernel would, once it runs and is ready. */
  void kill(String container) {
    agents.kill(name, container, PATIENCE);
  }

  /** Submits an intent as the cluster administrator, who holds manage. */
  void submit(String action, String params) {
    agents.ask(name, action, params);
  }

  String name() {
    return name;
  }

  String namespace() {
    return agents.namespace();
  }

  Claw claw() {
    return agents.get(name);
  }

  Pod pod() {
    return agents.pod(name);
  }

  /** Whether its pod is there and is another than this one. */
  boolean hasPodOtherThan(Pod before) {
    return !pod().getMetadata().getUid().equals(before.getMetadata().getUid());
  }

  /** The model that it asks; it listens on the node's address. */
  ScriptedModel model() {
    return model;
  }

  /** A client with every right of a cluster admin. */
  KubernetesClient client() {
    return client;
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    if (disk != null) {
      disk.close();
    }
    if (model != null) {
      model.close();
    }
    if (client != null) {
      client.close();
    }
  }

  private void make(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace())
        .create();
  }
}
