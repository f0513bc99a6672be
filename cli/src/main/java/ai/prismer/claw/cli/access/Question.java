package ai.prismer.claw.cli.access;

/**
 * One question to the API server's authorizer.
 *
 * @param group API group, empty for the core
 * @param resource plural, with its subresource after a slash where it has one
 * @param verb the verb
 * @param namespace where; empty for a resource of the cluster, or for all namespaces
 * @param name one object; empty for any
 * @param namespaced whether the resource lies in namespaces
 */
record Question(
    String group, String resource, String verb, String namespace, String name, boolean namespaced) {

  /** The same for all namespaces at once. */
  Question everywhere() {
    return new Question(group, resource, verb, "", name, namespaced);
  }

  /** The same for one object. */
  Question only(String object) {
    return new Question(group, resource, verb, namespace, object, namespaced);
  }

  /** Resource and group as people write them. */
  String what() {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  /** Which objects the answer is about. */
  String where() {
    if (!name.isEmpty()) {
      return "only " + name;
    }
    if (!namespaced) {
      return "the cluster";
    }
    return namespace.isEmpty() ? "all namespaces" : "namespace " + namespace;
  }
}
