package ai.prismer.claw.operator.configuration;

/**
 * Who this operator is.
 *
 * @param namespace namespace it runs in: configuration, keys and receipts lie there
 * @param podName name of its pod, or of the machine outside a cluster; unique among replicas
 * @param userName name the API server knows it by, from a SelfSubjectReview; the admission policies
 *     name the same
 */
public record OperatorIdentity(String namespace, String podName, String userName) {}
