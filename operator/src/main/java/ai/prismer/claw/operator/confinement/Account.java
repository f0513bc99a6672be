package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.model.Names;
import java.util.List;

/**
 * The account of a pod, as the API server authenticates it.
 *
 * @param namespace namespace
 * @param name name of the ServiceAccount
 */
record Account(String namespace, String name) {

  static Account of(Claw claw) {
    return new Account(claw.getMetadata().getNamespace(), Names.serviceAccount(claw));
  }

  /** One in the same groups that nothing can name: no ServiceAccount has such a name. */
  Account anyOfItsNamespace() {
    return new Account(namespace, "*");
  }

  String user() {
    return "system:serviceaccount:" + namespace + ":" + name;
  }

  /** A binding to one of these is enough to lift confinement. */
  List<String> groups() {
    return List.of(
        "system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
