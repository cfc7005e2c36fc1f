"""InfoGAN: a part of the latents is made to tell, and finds out for itself what."""

import math

import keras
from keras.ops import mean

from keras_gan.losses.auxiliary import cross_entropy, gaussian_log_likelihood
from keras_gan.models import checks, heads, network_checks, wiring
from keras_gan.models.gan import GAN
from keras_gan.priors import InfoCodes


class InfoGAN(GAN):
    """GAN that learns named directions without labels: the codes c among the latents can be read off the images.

        L_I = E log Q(c | G(z, c)) + H(c)  ≤  I(c; G(z, c))     (≤ H(c) for categorical codes)
        D, Q descend their L_S - λ L_I        G descends its L_S - λ L_I        (term `information`: -λ L_I)

    Q says the logits of each categorical code and the mean of each continuous one, from the discriminator's features:
    the features and Q's layer `codes` belong to D, and so L_I stands in the terms of both players. λ is `info_weight`
    for categorical codes and `continuous_weight` for continuous ones. `d_category_information` logs L_I of the
    categorical codes in nats; `log 10` of one code of ten values says that all are told apart.

    What a code comes to mean is nobody's choice, and differs from seed to seed. Look at it: `prior.with_codes` fixes
    some codes and leaves the rest. With class labels at hand use `ConditionalGAN`.

    Both players learn by Adam, β₁ = 0.5: the paper's rates for MNIST, 2e-4 (D, Q) and 1e-3 (G).

    Args:
        generator: as in `GAN`, an ordinary one: its `latent_dim` is the size of noise and codes together.
        discriminator: as in `GAN`; one that returns `codes` (of all codes' sizes; with `learned_variance` followed by
            the log-variances) is taken as it is.
        categories: sequence of ints ≥ 2, the number of values of each categorical code. Defaults to `(10,)`.
        num_continuous: int ≥ 0, number of continuous codes, uniform on (-1, 1). Defaults to `2`.
        info_weight: float ≥ 0, λ of the categorical codes. Defaults to `1.0`.
        continuous_weight: float ≥ 0, λ of the continuous codes. Defaults to `0.1`.
        learned_variance: bool, Q says the log-variance of each continuous code too; else it is 0. Defaults to `False`.
        **game: all other arguments of `GAN` but `prior`.

    Raises:
        ValueError: a `latent_dim` that the codes do not fit in; no codes; a discriminator of packs.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks, random
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=16, units=8)
    >>> gan = keras_gan.InfoGAN(generator, networks.mlp.discriminator((8, 8, 1), units=8))
    >>> latents = gan.prior.sample(random.Numbers(seed=0), 10)
    >>> walk = gan.prior.with_codes(latents, categorical=[[value] for value in range(10)])
    >>> gan(walk).shape
    TensorShape([10, 8, 8, 1])

    Reference:
    - [Chen et al., 2016](https://arxiv.org/abs/1606.03657), equations 4 to 6; settings: appendix C.
    """

    d_terms = ("adversarial", "information")
    g_terms = ("adversarial", "information")
    d_reports = ("category_information",)

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        categories: tuple[int, ...] = (10,),
        num_continuous: int = 2,
        info_weight: float = 1.0,
        continuous_weight: float = 0.1,
        learned_variance: bool = False,
        **game,
    ):
        network_checks.check_networks(type(self).__name__, generator, discriminator)
        network_checks.check_unpacked(type(self).__name__, "InfoGAN", discriminator)
        codes = sum(categories) + num_continuous
        latent_dim = wiring.input_called(generator, "latents").shape[-1]
        if latent_dim < codes:
            raise ValueError(
                f"InfoGAN: the generator's latents are of size {latent_dim}, the codes alone take {codes}; expected "
                f"room for both and some noise. Build the generator with latent_dim={codes + 62}."
            )
        checks.check_weights("InfoGAN", info_weight=info_weight, continuous_weight=continuous_weight)
        prior = InfoCodes(latent_dim - codes, categories, num_continuous)
        discriminator = heads.with_linear(discriminator, "codes", codes + learned_variance * num_continuous)
        super().__init__(generator, discriminator, prior=prior, **game)
        self.info_weight, self.continuous_weight = info_weight, continuous_weight
        self.learned_variance = learned_variance

    def paper_optimizers(self):
        rates = {"d": 2e-4, "g": 1e-3}
        return {player: keras.optimizers.Adam(rate, beta_1=0.5) for player, rate in rates.items()}

    def discriminator_terms_of(self, duel):
        categorical, continuous = self.information(duel)
        terms = {"information": self._weighted(categorical, continuous), "category_information": categorical}
        return super().discriminator_terms_of(duel) | terms

    def generator_terms_of(self, duel):
        return super().generator_terms_of(duel) | {"information": self._weighted(*self.information(duel))}

    def _weighted(self, categorical, continuous):
        return -self.info_weight * categorical - self.continuous_weight * continuous

    def information(self, duel):
        """L_I of the categorical and of the continuous codes in nats: what can be read off the generated images."""
        codes, said = duel.batch["latents"][:, self.prior.noise_dim :], duel.fake_outputs["codes"]
        (drawn, values), (logits, means) = self.prior.split(codes), self.prior.split(said)
        log_variances = said[:, codes.shape[-1] :] if self.learned_variance else 0.0
        pairs = zip(drawn, logits, strict=True)
        categorical = sum(math.log(code.shape[-1]) - mean(cross_entropy(guess, code)) for code, guess in pairs)
        likelihood = mean(gaussian_log_likelihood(values, means, log_variances))
        return categorical, values.shape[-1] * math.log(2.0) + likelihood
