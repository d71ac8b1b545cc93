# Supported versions. Nothing here is newer than Terraform 1.5, so OpenTofu works too. The provider's
# versions 5.100 and 6.x are both accepted.
#
# State is local unless a file backend.tf configures another place. docs/operate/deploy.md has an example.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
