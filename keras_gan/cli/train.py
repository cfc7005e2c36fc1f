"""`keras-gan train [VARIANT] ...`: from words to a trained model in a run folder."""

from keras_gan.cli import arguments, plan, quiet


def run(argv: list[str]) -> int:
    """Shows help, or trains; returns the exit code."""
    if set(argv) & {"-h", "--help"}:
        return _help([word for word in argv if word not in ("-h", "--help")])
    asked = plan.request(argv)  # what is wrong with variant or folder is said before seconds of imports
    quiet.import_tensorflow(verbose=arguments.peek(asked.words, "verbose") == "true")
    complete = plan.complete(asked)
    from keras_gan.cli import training

    return training.train(complete, command=["keras-gan", "train", *argv])


def _help(argv):
    """The common settings; with a variant or a file of settings, all of that variant's, which needs its signatures."""
    from keras_gan.cli import parser

    variant, words = arguments.take_variant(argv)
    if variant is None and arguments.peek(words, "config") is None:
        parser.for_any_variant().print_help()
        return 0
    asked = plan.request(argv, check_folder=False)
    quiet.import_tensorflow(verbose=False)
    plan.parser_of(asked).parser.print_help()
    return 0
