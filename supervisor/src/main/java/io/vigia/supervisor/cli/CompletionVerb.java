package io.vigia.supervisor.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** Completion scripts for shells. */
@Command(name = "completion", description = "Print a completion script, for example: . <(vigia completion bash)")
final class CompletionVerb extends Verb {
    private static final String ZSH_START = """
        #compdef vigia
        _vigia() {
          local -a verbs options
          verbs=(
        """;
    private static final String ZSH_MIDDLE = """
          )
          if (( CURRENT == 2 )); then
            _describe verb verbs
            return
          fi
          case $words[2] in
        """;
    private static final String ZSH_END = """
          esac
          if [[ $PREFIX == -* ]]; then
            compadd -- $options
          else
            _files
          fi
        }
        if [[ $funcstack[1] == _vigia ]]; then
          _vigia "$@"
        else
          compdef _vigia vigia
        fi
        """;

    /** Shells that are known. */
    enum Dialect {
        bash,
        zsh,
        fish
    }

    @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "The shell.")
    private Dialect dialect = Dialect.bash;

    @Override
    public Integer call() {
        CommandLine line = CommandLines.of(shell());
        shell().out()
                .print(
                        switch (dialect) {
                            case bash -> AutoComplete.bash("vigia", line);
                            case zsh -> zsh(line);
                            case fish -> fish(line);
                        });
        return Exit.DONE;
    }

    private static String zsh(CommandLine line) {
        StringBuilder out = new StringBuilder(ZSH_START);
        line.getSubcommands()
                .forEach((name, verb) -> out.append("    '")
                        .append(name)
                        .append(':')
                        .append(description(verb))
                        .append("'\n"));
        out.append(ZSH_MIDDLE);
        line.getSubcommands()
                .forEach((name, verb) -> out.append("    ")
                        .append(name)
                        .append(") options=(")
                        .append(options(verb))
                        .append(") ;;\n"));
        return out.append(ZSH_END).toString();
    }

    private static String fish(CommandLine line) {
        StringBuilder out = new StringBuilder();
        line.getSubcommands().forEach((name, verb) -> {
            out.append(
                    "complete -c vigia -n __fish_use_subcommand -f -a " + name + " -d '" + description(verb) + "'\n");
            for (OptionSpec option : shown(verb)) {
                out.append("complete -c vigia -n '__fish_seen_subcommand_from " + name + "'");
                for (String each : option.names()) {
                    out.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
                }
                out.append(option.arity().max() > 0 ? " -r\n" : "\n");
            }
        });
        return out.toString();
    }

    private static String options(CommandLine verb) {
        return shown(verb).stream()
                .flatMap(option -> java.util.Arrays.stream(option.names()))
                .collect(Collectors.joining(" "));
    }

    private static List<OptionSpec> shown(CommandLine verb) {
        return verb.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
    }

    private static String description(CommandLine verb) {
        String[] lines = verb.getCommandSpec().usageMessage().description();
        return String.join(" ", lines).replace("'", "").replace(":", "").replace("%%", "%");
    }
}
