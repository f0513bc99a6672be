package ai.prismer.claw.openclaw.config;

import java.util.Optional;

/**
 * What an operator or a person chose.
 *
 * @param endpoint the model and where it is served
 * @param systemPrompt what the model is told before every conversation
 */
public record Settings(Endpoint endpoint, Optional<String> systemPrompt) {}
