package io.vigia.supervisor.policy;

/**
 * To be published, after the decision it names was stored.
 *
 * @param type {@code policy.armed|fired|acted|relieved|suppressed|failed}
 */
public record PolicyEvent(String type, Decision decision) {
    static PolicyEvent of(Decision.Kind kind, Decision decision) {
        return new PolicyEvent(
                switch (kind) {
                    case ARMED -> "policy.armed";
                    case FIRED -> "policy.fired";
                    case ACTED -> "policy.acted";
                    case RELIEVED -> "policy.relieved";
                    case SUPPRESSED -> "policy.suppressed";
                    case FAILED -> "policy.failed";
                },
                decision);
    }
}
