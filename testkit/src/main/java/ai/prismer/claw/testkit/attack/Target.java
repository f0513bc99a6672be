package ai.prismer.claw.testkit.attack;

/**
 * Whom an attack is aimed at.
 *
 * @param namespace namespace of the attacker's Claw
 * @param claw name of the attacker's Claw, which has {@code agentIntents: Auto}
 * @param agent user name of the attacker: the account of that Claw's pod
 * @param otherClaw another Claw in the same namespace
 * @param operatorNamespace where operator, receipts and the head of the log are
 * @param operator user name of the operator
 * @param administrator user name of a cluster administrator, who holds {@code manage}
 * @param now Unix milliseconds, for generations
 */
public record Target(
    String namespace,
    String claw,
    String agent,
    String otherClaw,
    String operatorNamespace,
    String operator,
    String administrator,
    long now) {

  private static final String API = "/apis/claw.prismer.ai/v1alpha1/namespaces/";

  /** The same target later. */
  public Target at(long later) {
    return new Target(
        namespace, claw, agent, otherClaw, operatorNamespace, operator, administrator, later);
  }

  /** The user name of an account of this namespace that {@link People} made. */
  public String person(Attack.Identity identity) {
    return "system:serviceaccount:" + namespace + ":" + People.account(identity);
  }

  /** Puts a text where an intent belongs, signed as the agent must sign it. */
  public Call ask(String intent) {
    return Call.merge(self(), Bodies.submit(intent, agent, "llm"));
  }

  String claws() {
    return API + namespace + "/claws";
  }

  String self() {
    return claws() + "/" + claw;
  }

  String other() {
    return claws() + "/" + otherClaw;
  }

  String clawElsewhere() {
    return API + operatorNamespace + "/claws/" + claw;
  }

  String receipts() {
    return API + operatorNamespace + "/clawopsreceipts";
  }

  String receiptsHere() {
    return API + namespace + "/clawopsreceipts";
  }

  String escalations() {
    return API + namespace + "/clawopsescalations";
  }

  String escalation(String name) {
    return escalations() + "/" + name;
  }

  String core(String rest) {
    return "/api/v1/namespaces/" + namespace + "/" + rest;
  }

  String group(String group, String rest) {
    return "/apis/" + group + "/namespaces/" + namespace + "/" + rest;
  }
}
